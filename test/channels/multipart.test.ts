// A form with files is taken apart as browsers put it together; what is broken is seen as broken.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundaryOf, partsOf } from '../../src/channels/web-chat/multipart.ts'

async function sent (form: FormData): Promise<{ bytes: Uint8Array<ArrayBuffer>, boundary: string }> {
  const request = new Response(form)
  return { bytes: new Uint8Array(await request.arrayBuffer()), boundary: boundaryOf(request.headers.get('content-type') ?? '') ?? '' }
}

test('fields and files come out as they went in', async () => {
  const form = new FormData()
  form.append('text', 'Có trộm\r\n--xe ở chợ')
  form.append('files', new File([new Uint8Array([13, 10, 45, 45, 0, 255])], 'ảnh "của" tôi.jpg', { type: 'image/jpeg' }))
  const { bytes, boundary } = await sent(form)
  expect(partsOf(bytes, boundary)?.map(part => [part.name, part.fileName, part.type, [...part.bytes]])).toEqual([
    ['text', null, '', [...new TextEncoder().encode('Có trộm\r\n--xe ở chợ')]],
    ['files', 'ảnh "của" tôi.jpg', 'image/jpeg', [13, 10, 45, 45, 0, 255]],
  ])
})

test('an empty file field, as browsers send it, is a file without a name', () => {
  const body = new TextEncoder().encode('--B\r\nContent-Disposition: form-data; name="files"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--B--\r\n')
  expect(partsOf(body, 'B')).toEqual([{ name: 'files', fileName: '', type: 'application/octet-stream', bytes: new Uint8Array() }])
})

test('any bytes come through, and any cut is noticed', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 4 }), fc.nat(), async (files, where) => {
    const form = new FormData()
    for (const file of files) form.append('files', new File([file.slice()], 'f'))
    const { bytes, boundary } = await sent(form)
    expect(partsOf(bytes, boundary)?.map(part => [...part.bytes])).toEqual(files.map(file => [...file]))
    // The last four bytes are the final dashes and a line end, of which the dashes are needed.
    expect(partsOf(bytes.slice(0, where % (bytes.length - 3)), boundary)).toBeNull()
  }), { numRuns: 100 })
})

test('sixty megabytes take no time in which others wait', async () => {
  const form = new FormData()
  for (let i = 0; i < 3; i++) form.append('files', new File([new Uint8Array(20 * 1024 * 1024)], 'f'))
  const { bytes, boundary } = await sent(form)
  const began = performance.now()
  expect(partsOf(bytes, boundary)).toHaveLength(3)
  expect(performance.now() - began).toBeLessThan(300)
})

test('a head without an end, a part without a name, too many parts, another boundary: none is read', () => {
  const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
  const part = 'Content-Disposition: form-data; name="a"\r\n\r\nx\r\n--B'
  expect(partsOf(bytes(`--B\r\n${part}--\r\n`), 'B')).toHaveLength(1)
  expect(partsOf(bytes(`--B\r\n${part}--\r\n`), 'C')).toBeNull()
  expect(partsOf(bytes(`--B\r\nContent-Disposition: form-data; name="a"\r\nX: ${'x'.repeat(5000)}\r\n\r\nx\r\n--B--`), 'B')).toBeNull()
  expect(partsOf(bytes('--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--'), 'B')).toBeNull()
  expect(partsOf(bytes(`--B\r\n${`${part}\r\n`.repeat(51)}--`), 'B')).toBeNull()
  expect(partsOf(bytes(''), 'B')).toBeNull()
})

test('the boundary is found however it is written', () => {
  expect(boundaryOf('multipart/form-data; boundary=----WebKitFormBoundaryAb1')).toBe('----WebKitFormBoundaryAb1')
  expect(boundaryOf('Multipart/Form-Data; charset=utf-8; boundary="a b"')).toBe('a b')
  for (const none of [undefined, 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary=', 'multipart/mixed; boundary=x']) expect(boundaryOf(none)).toBeNull()
})
