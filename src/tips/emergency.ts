// Danger that is happening now, heard in free text: which numbers to show before anything else.
// Pure.

import type { EmergencyNumber } from './category.ts'
import { either, khmer, phrases, read, rememberLast, type Clause, type Phrases } from './words.ts'

/**
 * The numbers to show at once, or null when nothing sounds like danger now. It leans towards showing: a number too many costs a
 * glance, one too few a life. Only what is plainly denied, asked about, or told of another day is left out.
 */
export const dangerIn: (text: string) => { readonly numbers: readonly EmergencyNumber[] } | null = rememberLast((text) => {
  const reading = read(text)
  const numbers = new Set<EmergencyNumber>()
  for (const clause of reading) {
    const over = overIn(clause)
    for (const sign of signs) {
      if (sign.words.findAll(clause).some(({ start }) => !over(start, sign.lasting === true))) {
        for (const number of sign.numbers) numbers.add(number)
      }
    }
    for (const number of order) if (called(number, clause)) numbers.add(number)
  }
  return numbers.size === 0 ? null : { numbers: order.filter((number) => numbers.has(number)) }
})

const order: readonly EmergencyNumber[] = ['113', '114', '115', '112', '111']

interface Sign {
  readonly numbers: readonly EmergencyNumber[]
  readonly words: Phrases
  /** Dangerous as long as nobody says that it ended, whenever it began. */
  readonly lasting?: true
}

const signs: readonly Sign[] = [
  {
    numbers: ['114'],
    words: either(
      phrases(
        // Without marks `chay` is also "run", `dang chay` "is running".
        'cháy (nhà|chợ|rừng|kho|trạm|lớn)', 'nhà (tôi|em|hàng xóm|kế bên|bên cạnh) (đang |bị )?cháy', '(bị|phát) cháy',
        '!(?<!(?:chữa|phòng|chống|bốc) )cháy', 'hỏa hoạn', 'bốc (khói|cháy|lửa)', 'nổ bình ga', 'nổ bình gas',
        'tràn hóa chất', 'mùi (gas|khét)', 'xì gas', 'rò rỉ (ga|gas|khí)', 'fire', 'on fire', 'burning', 'explosion'
      ),
      khmer('ភ្លើងឆេះ', 'ឆេះផ្ទះ', 'អគ្គិភ័យ')
    )
  },
  {
    numbers: ['114', '115', '112'],
    words: either(
      phrases(
        '(đuối|chết) (nước|đuối)', 'rớt xuống (nước|kênh|sông|kinh)', 'rơi xuống (nước|kênh|sông)', 'té xuống (nước|kênh|sông)',
        '(chìm|lật) (ghe|xuồng|tàu|đò|phà|vỏ lãi)', '(ghe|xuồng|tàu|đò) … (chìm|lật)',
        '(bị |đang )?(mắc kẹt|kẹt (trong|trên|dưới))', 'nước cuốn', 'lũ cuốn', 'sạt lở', 'sập (nhà|cầu|tường)', '(nhà|cầu) … sắp sập',
        'dây điện … (đứt|rớt)', 'điện giật',
        'drowning', 'drowned', 'trapped', 'boat … (sinking|sank|capsized)', 'electrocuted'
      ),
      khmer('លង់ទឹក', 'លិចទូក', 'ជាប់ក្នុង')
    )
  },
  {
    numbers: ['115', '113'],
    words: either(
      phrases(
        'bất (tỉnh|động)(?! sản)', 'mê man', 'ngất xỉu', 'xỉu rồi', 'không thở', 'khó thở', 'co giật', 'ngộ độc', 'quá liều', 'sốc thuốc', 'chảy máu',
        'máu me', 'đổ máu', 'bị thương', 'trọng thương', 'gãy (tay|chân)', 'hấp hối',
        'tai nạn … (nặng|chết|thương)', 'cấp cứu gấp', 'gọi cấp cứu',
        'unconscious', 'not breathing', 'bleeding', 'overdose', 'injured', 'poisoned', 'heart attack'
      ),
      khmer('សន្លប់', 'ហូរឈាម', 'របួស', 'មិនដកដង្ហើម')
    )
  },
  {
    numbers: ['113', '115', '111'], lasting: true,
    words: either(
      phrases(
        'tự (tử|sát|vẫn|hại)', 'tự kết liễu', 'muốn chết', 'không muốn sống', 'nhảy (cầu|lầu|sông)',
        'uống thuốc (sâu|rầy|ngủ|diệt cỏ|trừ sâu)', 'rạch tay', 'treo cổ', 'tuyệt mệnh', 'đứng … lan can',
        'suicide', 'suicidal', 'kill (myself|himself|herself)', 'want to die', 'end my life', 'hurt myself'
      ),
      khmer('ធ្វើអត្តឃាត', 'សម្លាប់ខ្លួន', 'ចង់ស្លាប់')
    )
  },
  {
    numbers: ['113'], lasting: true,
    words: either(
      phrases(
        'bị (nhốt|bắt cóc|giam|bắt giữ làm con tin)', 'bắt cóc', 'con tin', '(dọa|hăm|đòi) giết', 'sắp giết', 'bị (rượt|theo dõi|đe dọa)',
        'theo dõi tôi', 'đang tới nhà', 'đòi tiền chuộc',
        'kidnapped', 'hostage', 'held (in|captive|against)', '(is|are|going to) (following|kill) me', 'threatens? to kill', 'following me'
      ),
      khmer('ចាប់ពង្រត់', 'គំរាមសម្លាប់', 'តាមខ្ញុំ')
    )
  },
  {
    numbers: ['113', '115'],
    words: either(
      phrases(
        'chém nhau', 'đâm nhau', 'đánh nhau',
        'đang … (đánh(?! (?:bài|bạc|đề|răng|giá|máy))|chém|đâm|đập|cướp|rượt|trộm|phá|nổ|bắn|hiếp|giật)',
        '(cầm|rút|vác|xách) (dao|súng|gậy|rựa|búa|mã tấu|kiếm)', 'mang (theo )?(dao|súng)', '(có|nổ|rút) súng',
        'bị (chém|đâm|bắn|cướp|hiếp)', 'bắn (nhau|người|chết)', 'chém (người|chết)', 'giết (người|chết)', '(đập|phá|tông) cửa',
        'xông (vào|vô)', 'vây nhà', 'cướp … (ngân hàng|tiệm vàng)',
        'chồng … đánh (tôi|em|vợ)', 'đánh (tôi|em|vợ|con|cháu|bé|mẹ)', 'đang ở (trước|gần|ngoài) … nhà tôi',
        'has a (gun|knife)', 'with (a )?(gun|knife|knives|guns|machete|machetes)', 'shooting', 'shot', 'stabbed', 'stabbing', 'fighting',
        'attacking', 'being attacked', 'breaking in', 'beats me', 'beating me', 'beating'
      ),
      khmer('វាយគ្នា', 'កាប់គ្នា', 'មានកាំភ្លើង', 'បាញ់', 'កំពុងវាយ', 'វាយខ្ញុំ', 'ប្លន់')
    )
  },
  {
    numbers: ['111', '113'],
    words: either(
      phrases(
        '(bé|trẻ|trẻ em|cháu|đứa nhỏ|em bé|con nít|học sinh|con bé) … (bị đánh|bị nhốt|xâm hại|bạo hành|bỏ đói|sờ mó|dâm ô|hiếp|lạc)',
        '(xâm hại|dâm ô|sờ mó|sàm sỡ|hiếp|đánh|bạo hành|bỏ đói) … (bé|trẻ|trẻ em|cháu|đứa nhỏ|học sinh|con)',
        'em bị … đánh', 'bị chú … đụng chạm', 'trẻ (đi )?lạc', '(child|kid|girl|boy|baby) … (abused|beaten|raped|molested|lost|missing)',
        '(missing|lost) child', 'child abuse'
      ),
      khmer('វាយកូន', 'រំលោភកុមារ', 'បាត់កូន')
    )
  },
  {
    numbers: ['113', '114', '115'], lasting: true,
    words: either(
      phrases(
        '(?<!(?:nghiên|cấp|tra|hồi|nghien|cap) )cứu (tôi|em|con|với|mạng|người|giúp|má|mẹ|chúng tôi|mình)', '(?<=^ )cứu(?= $)',
        '!(?<!(?:nghiên|cấp|tra|hồi) )cứu(?= (?:$|,))', 'giúp tôi với', 'kêu cứu', 'la cứu', 'khẩn cấp', 'nguy hiểm quá',
        'đang (gặp )?nguy hiểm',
        '(?<=^ )help(?= $)', 'help me', 'help us', 'please help', 'for help', 'emergency', 'sos', 'in danger'
      ),
      khmer('ជួយខ្ញុំ', 'ជួយផង', 'អាសន្ន')
    )
  }
]

// "113" itself, unless it is part of an address.
function called (number: EmergencyNumber, clause: Clause): boolean {
  return new RegExp(`(?<! (?:nhà|nha|đường|duong|hẻm|hem|km|lô|phòng|phong|quốc lộ|xã|street|house)(?: số| so)?) ${number} `).test(clause.typed)
}

const ended = phrases(
  'hôm qua', 'hôm trước', 'hôm kia', 'hôm bữa', 'bữa trước', '(tuần|tháng|năm) (trước|ngoái)', 'đêm qua', 'tối qua', 'hồi xưa',
  'hồi (năm|tháng)', '(ngày|tháng|năm) trước',
  'đã (dập|tắt|xong|hết|qua)', 'dập tắt', 'hết cháy', 'yesterday', 'last (night|week|month|year)', 'ago', 'is over'
)
const still = phrases('đang', 'vẫn', 'bây giờ', 'hiện giờ', 'giờ này', 'ngay lúc này', 'nữa', 'lại', 'now', 'still', 'again')
// Only words that deny without their marks too: `chua` may be a pagoda, `chong` a husband, `no` is "he".
const denied = phrases(
  'không( có)?( bị)?', '!chưa( có)?( bị)?', 'đâu có', '!phòng', '!chống', 'phòng chống', 'tập huấn', 'diễn tập', 'nguy cơ', '!dễ', 'not',
  'there (is|was) no', 'no(?= (?:fire|fighting|gun|knife|danger))',
  '(no one|nobody) (is|was)', 'if there is a'
)
const asked = phrases('là gì', 'phải làm sao nếu', 'làm gì khi', 'nếu', 'what is', 'what if')

// Looked for once in a clause, not once for each danger in it.
function overIn (clause: Clause): (start: number, lasting: boolean) => boolean {
  const no = denied.findAll(clause)
  const isAsked = asked.in([clause])
  const isEnded = ended.in([clause]) && !still.in([clause])
  return (start, lasting) => isAsked || (!lasting && isEnded) || no.some(({ end }) => end === start || end === start - 1)
}
