// Why something asked of a tip was not done. The message is a sentence without any of the content.

/**
 * - `no-such-tip`: or not one whose code was shown.
 * - `cannot-follow`: this status may not come after the present one.
 * - `empty`, `too-long`: the text.
 * - `malformed`: the upload has not the form it must have.
 * - `recipients`: it was sealed to other keys than those in force; read them anew and seal again.
 * - `locator`: taken; make another code.
 * - `conflict`: this id belongs to something else already.
 * - `files`: a file of it was never uploaded.
 * - `again`: somebody did the same thing at the same moment; ask once more.
 */
export type Because = 'no-such-tip' | 'cannot-follow' | 'empty' | 'too-long' | 'malformed' | 'recipients' | 'locator' | 'conflict' | 'files' | 'again'

export class Refused extends Error {
  readonly because: Because

  constructor (because: Because, message: string) {
    super(message)
    this.name = 'Refused'
    this.because = because
  }
}
