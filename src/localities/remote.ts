// Which places are remote in law: their police have 48 hours instead of 24 to pass a tip on. Pure; runs in the browser too.

/**
 * Joint circular 01/2017/TTLT (see 2.2 of the domain reference) gives remote places and islands 48 hours. These six are
 * made of islands alone, all at sea and reached by boat or plane. River islands (Mỹ Hòa Hưng, Cù Lao Giêng) have a ferry
 * or bridge within minutes and mountain communes (Núi Cấm, Ô Lâm) a road, so they keep the 24 hours: the shorter promise.
 */
const remote: ReadonlySet<string> = new Set([
  '31078', // Đặc khu Phú Quốc
  '31105', // Đặc khu Thổ Châu, about 100 km beyond Phú Quốc
  '31108', // Đặc khu Kiên Hải: Hòn Tre, Lại Sơn, An Sơn, Nam Du
  '30781', // Xã Tiên Hải: the Hải Tặc islands off Hà Tiên
  '30811', // Xã Sơn Hải: the Bà Lụa islands off Kiên Lương
  '30814', // Xã Hòn Nghệ: one island off Kiên Lương
])

/** True where the 48-hour deadline applies. False for every other code, known or not: the shorter deadline is the safe one. */
export function isRemote (code: string): boolean {
  return remote.has(code)
}
