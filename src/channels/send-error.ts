// One vocabulary for everything that can go wrong when a channel is asked to carry something.

/**
 * - `tryAgain`: it did not leave, or we can't know; another try may help.
 * - `waitUntil`: the platform told us to wait; nothing goes out on this lane before `until`.
 * - `left`: this person stopped us or is gone; nothing more is sent to them.
 * - `rejected`: this message or file will never be taken; the fault is in it.
 * - `notAllowed`: this account may not send (token revoked, right withdrawn); an operator must act.
 */
export type SendFailure = 'tryAgain' | 'waitUntil' | 'left' | 'rejected' | 'notAllowed'

/** What a channel throws, and the only thing it throws. The message is for operators: no token, no address, no text. */
export class SendError extends Error {
  readonly failure: SendFailure
  /** With `waitUntil`: the earliest moment for the next try. */
  readonly until: Date | undefined
  /** With `waitUntil`: true when only this person must wait, false when the whole account must. */
  readonly onlyThisChat: boolean
  /** With `tryAgain`: true when the request may have arrived all the same. */
  readonly maybeArrived: boolean
  /** With `rejected`: true when the fault is not in the message; the platform brings this person nothing until they write themselves. */
  readonly untilTheyWrite: boolean

  constructor (failure: SendFailure, message: string, more: { until?: Date, onlyThisChat?: boolean, maybeArrived?: boolean, untilTheyWrite?: boolean, cause?: never } = {}) {
    super(message)
    this.name = 'SendError'
    this.failure = failure
    this.until = more.until
    this.onlyThisChat = more.onlyThisChat ?? false
    this.maybeArrived = more.maybeArrived ?? false
    this.untilTheyWrite = more.untilTheyWrite ?? false
  }
}
