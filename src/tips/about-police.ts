// Whether a text accuses police or officials themselves: then the tip must not reach the unit it is about.
// Pure.

import { acts } from './acts.ts'
import { either, khmer, phrases, read, rememberLast, type Reading } from './words.ts'

/**
 * Whether a text tells of an act of a police officer or official: a bribe, a beating, cover for a den (domain reference 2.5, R12).
 * Somebody who only calls, hits or plays an officer is not meant. It leans towards yes: a tip that goes to the inspectorate by
 * mistake is passed on; one that goes to the accused is not called back. It suggests: the flow should ask the reporter as well.
 */
export const isAboutPolice: (text: string) => boolean = rememberLast((text) => {
  const reading = read(text)
  return doing.in(reading) || goesOn(reading) || (being.in(reading) && acts.in(reading))
})

// "The officer was rude, and then asked for money": the deed stands in the next clause and names nobody.
function goesOn (reading: Reading): boolean {
  return reading.some((clause, index) => opening.in([clause]) && acting.in(reading.slice(index - 1, index)))
}

const officer = '(trưởng công an|phó công an|công an viên|công an|cảnh sát|csgt|dân phòng|dân quân|quản giáo|điều tra viên|cán bộ|chủ tịch|phó chủ tịch|bí thư|trưởng ấp|trưởng khóm)'
// Called, asked, hit, played or impersonated: not the one who acts.
const notActing = '(?<!(?:giả|giả danh|giả làm|giả mạo|mạo danh|tự xưng|tự xưng là|xưng là|xưng|giả làm|báo|báo cho|trình báo|gọi|gọi điện|kêu|nhờ|đánh|chống|chửi|tố cáo với|gia|gia danh|gia lam|gia mao|mao danh|tu xung|tu xung la|xung la|bao|bao cho|trinh bao|goi|keu|nho|danh|chong|chui) )'
// Up to six words, none of which brings in somebody else or says that they did their work.
const then = '(?: (?!(?:thì|nó|họ|hắn|chúng|tụi|bị|bắt|đến|tới|xử|triệt|phá|giả|thi|no|ho|han|chung|tui|bi|bat|den|toi|xu|triet|pha|gia|,) )[^ ]+){0,6} '
const misdeed = '(hối lộ|nhận (tiền|phong bì|hối lộ)|ăn (hối lộ|chặn|tiền)|vòi (tiền|vĩnh)|đòi (tiền|hối lộ|phong bì|chung chi|đưa|thêm)|đòi … (triệu|tiền|trăm|ngàn)|lấy tiền|làm (tiền|luật)|mãi lộ|bảo kê|bao che|chống lưng|tiếp tay|thông đồng|cấu kết|bỏ túi|biển thủ|tham ô|khai khống|đánh (dân|người|tôi|em|anh|con|bà|ông|chồng|đập|gãy|chết)|đánh bạc|chơi bài|chứa bài|đấm|đạp|nhục hình|tra tấn|ép cung|bức cung|hành hung|hiếp|hiếp dâm|dâm ô|sàm sỡ|sờ|cưỡng|tống tiền|đe dọa|dọa|hăm dọa|lừa đảo|chiếm đoạt|trộm|buôn lậu|bán (ma túy|gạo cứu trợ|đất)|gợi ý … (triệu|tiền|phong bì)|đưa … (triệu|phong bì)|phong bì)'
const cops = '(policeman|policewoman|policemen|police officers?|police|officers?|cops?|officials?|chairman)'
const notCalled = '(?<!(?:fake|to|to the|told|told the|called|called the|call|call the) )'
const misdeedEn = '(bribes?|asked … bribe|beat|beats|beating|hit|hits|slapped|kicked|extorts?|extorted|extorting|tortured?|threatened|asked … money|asked for money|demand(ed|s)? … money|demand(ed|s)? money|took … money|took money|steals?|stole|sells? (drugs|relief)|raped?|protects? the (den|dealer))'

// An officer does it, in one clause.
const doing = either(
  phrases(
    `${notActing}(${officer})${then}(${misdeed})`, `${notActing}(${officer}) (${misdeed})`, `!${notActing}(${officer})${then}(tát|đá|đánh)`,
    `bị (${officer}) … (đánh|tát|đòi|dọa|vòi|ép|sàm sỡ|giam|nhốt)`,
    `bị (${officer}) (đánh|tát|đòi|dọa|vòi|ép|sàm sỡ|giam|nhốt)`, `(có|được) (${officer}) … (bảo kê|bao che|che chở|chống lưng|đứng sau)`,
    `(chung chi|đưa tiền|hối lộ|lót tay|đưa phong bì) (cho )?(${officer})`,
    `một cửa … phong bì`, `${notCalled}(${cops}) … (${misdeedEn})`, `${notCalled}(${cops}) (${misdeedEn})`
  ),
  khmer('(?<!ក្លែងជា)(?<!ក្លែងធ្វើជា)(នគរបាល|ប៉ូលិស|មន្ត្រី|មេឃុំ).{0,20}(សំណូក|វាយ|ទារលុយ|យកលុយ|គំរាម)')
)

// An officer who may be the one who acts.
const acting = phrases(`${notActing}(${officer})`)
// A misdeed at the start of a clause that names nobody.
const opening = phrases(`(?<=^ )(${misdeed})`)

// "My husband is police, he broke my arm."
const being = phrases(`(?<!(?:xưng|giả|nói|bảo|xung|gia|noi|bao) )(là|làm) (công an|cảnh sát|csgt|cán bộ xã|cán bộ công an)`, '(husband|father|brother|neighbour|boss) is (a )?(police|cop|policeman|police officer)')
