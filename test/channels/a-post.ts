// What the tests of the post-only places share: a bulletin as it is posted, and ways to look at refusals.
import type { Post } from '../../src/channels/place.ts'
import { SendError } from '../../src/channels/send-error.ts'

/** A picture's bytes; no stub looks inside. */
export const pictureBytes = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])

export function aPost (more: Partial<Post> = {}): Post {
  return {
    once: 'bulletin-7:1',
    headline: 'Cảnh báo giả danh công an',
    text: 'Có người gọi điện tự xưng là công an & yêu cầu chuyển tiền <gấp>.\nCông an không làm việc qua điện thoại.\n\nHãy cúp máy và gọi 113.',
    link: 'https://baotin.example/ban-tin/K7M2-Q4',
    picture: null,
    author: 'Công an tỉnh An Giang',
    pin: false,
    silent: false,
    ...more,
  }
}

export const aPicture: NonNullable<Post['picture']> = { url: 'https://baotin.example/anh/7.jpg', bytes: pictureBytes, mime: 'image/jpeg', alt: 'Một người đang nghe điện thoại' }

/** A text of at least so many letters. */
export const longText = (letters: number): string => 'Hãy bình tĩnh kiểm tra lại thông tin. '.repeat(Math.ceil(letters / 37)).trim()

/** The SendError a step was refused with, after a look whether it tells anything it must not. @throws when it went well, or threw something else */
export async function refusalOf (step: Promise<unknown>, secrets: string[]): Promise<SendError> {
  const error = await step.then(() => { throw new Error('it was not refused') }, (thrown: unknown) => thrown)
  if (!(error instanceof SendError)) throw error
  const told = `${error.message} ${JSON.stringify(error)} ${String(error.stack?.split('\n')[0])}`
  for (const secret of [...secrets, '127.0.0.1', 'Hãy cúp máy', aPost().headline]) {
    if (told.includes(secret)) throw new Error(`an error tells what it must not: ${told}`)
  }
  return error
}

/** An address where nobody listens any more. */
export async function closedDoor (start: () => Promise<{ stop (): Promise<void> } & ({ base: string } | { apiRoot: string })>): Promise<string> {
  const gone = await start()
  await gone.stop()
  return 'base' in gone ? gone.base : gone.apiRoot
}
