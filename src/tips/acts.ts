// Acts that are crimes or dangers in themselves, whoever does them. Where one is named, a text is never turned away.
// Pure.

import keywords from './keywords.json' with { type: 'json' }
import { either, khmer, phrases } from './words.ts'

const lists = Object.values(keywords)

/** Every keyword of two syllables or more of every category. */
const named = either(
  phrases(...lists.flatMap(({ vi, en }) => [...vi.filter((word) => word.includes(' ')), ...en]), '!trộm', '!súng', '!cướp(?! đất)'),
  khmer(...lists.flatMap(({ km }) => km))
)

/** Blows, threats, holding people: counted even inside what somebody is said to have said. */
export const violence = either(
  phrases(
    'đánh (nhau|đập|người|dân|tôi|em|anh|chị|vợ|con|chồng|mẹ|cha|ba|má|bà|ông|bạn|cháu|chết|bảo vệ|công an|cán bộ|gãy)',
    'bị … (đánh|chém|bắn|đâm|đập)',
    'bị (đánh|chém|bắn|đâm|đập|tát|bóp cổ)', 'rượt (đánh|chém|nhau|theo)', '!tát', '!chém', '!giết', 'chém (người|nhau|chết)', 'giết', 'đâm chết',
    'bóp cổ', 'đập (phá|cửa|xe)', 'phá cửa', 'gãy (tay|răng|chân)', 'đổ máu', 'cầm (dao|gậy|súng|rựa|búa|mã tấu)', 'mang (theo )?dao',
    'đốt (nhà|xe|phá|trụ sở|chợ|cửa|kho|đồ)',
    'ném (đá|bom|gạch|mắm|chất bẩn)', 'tạt (sơn|axit|a xít|mắm)', 'đe dọa', 'dọa (giết|đánh|chém|đốt|đăng|bắn|đâm|nạt)',
    'hăm (dọa|giết|he|đánh)', 'nhốt',
    'bắt cóc', 'giam (giữ|lỏng)', 'tra tấn', 'nhục hình', 'ép cung', 'bức cung', 'cưỡng (bức|hiếp|dâm|ép)', 'quấy rối', 'rình mò',
    'xông (vào|vô)', 'khóa cửa không cho', 'không cho (ra|về)', 'bị ép', '!ép', 'sờ (mó|tay|vô|vào)', 'xàm xỡ', 'sàm sỡ', 'ám sát',
    'bị theo dõi', 'theo dõi tôi',
    'beat', 'beats', 'beating', 'hit (me|him|her|my)', 'hits', 'stab', 'stabbed', 'kill', 'killed', 'threaten', 'threatens', 'threatened',
    'threat', 'attacked',
    'kidnap', 'kidnapped', 'knife', 'knives', 'following me', 'torture', 'tortured', 'lock(ed|s) … (in|up)', 'held', 'touched my',
    'screams?', 'screaming', 'grabbed', 'into his (room|house|car)'
  ),
  khmer('វាយ(?!តម្លៃ)', 'សម្លាប់', 'កាប់', 'គំរាម', 'ចាប់ពង្រត់')
)

/** Takings and frauds that the categories' keywords don't name, among them those of officials. */
const other = either(
  phrases(
    'hối lộ', 'vòi (tiền|vĩnh)', 'đòi … (tiền|triệu|phong bì|trăm|ngàn)(?! lương)', 'đòi (tiền|phong bì)(?! lương)', 'nhận (tiền|phong bì)',
    'ăn (chặn|tiền)', 'bỏ túi', 'làm luật', 'mãi lộ',
    'tham ô', 'biển thủ', 'bảo kê', 'bao che', 'chống lưng', 'chiếm đoạt', 'tống tiền', 'cưỡng đoạt', '!lừa', 'bị … lừa',
    'giả (làm|danh|dạng|mạo|công an|chữ ký)', 'đơn giả', 'con dấu giả', 'giấy tờ giả',
    'mại dâm', 'bán dâm', 'phá hoại', 'gài bẫy', 'chôn (xác|hóa chất)', 'đổ (hóa chất|rác)', 'nổ (súng|mìn|bom)', 'phát nổ',
    'bribe', 'bribes', 'bribery', 'extort', 'extorts', 'extortion', 'embezzle', 'embezzled', 'asked … for money', 'demand … money', 'steal',
    'steals', 'selling drugs'
  ),
  khmer('សំណូក', 'ទារលុយ', 'ជំរិតយកលុយ')
)

/** Signs that something is wrong, though no act is named: fear, cries, a death, a loss, a trick. */
const signs = either(
  phrases(
    '(rút|dí|xách|vác|lấy|quơ|giấu|giơ) (theo )?(con )?dao', 'con dao', 'dao (găm|bấm|phay|lê)', '!dọa', '!xăng', '!đạp', '!quậy',
    'cởi (đồ|áo|quần)', 'lột (đồ|áo|quần)', 'nếu không (đưa|trả|nộp|làm|nghe)', 'li bì', 'lừ đừ', 'biên giới',
    '(bắt|dụ|ép|rủ) (trẻ|bé|em|cháu|con|công nhân)', 'xong … (đánh|chết)', 'cho (trẻ|bé|em|cháu) … uống', '(kẹo|thuốc|bột|kim tiêm|bao|thùng) (lạ|tiêm|hôi)',
    '(tôi|em|cháu|con|mình) (rất |đang )?sợ', 'sợ (quá|lắm)', '(khóc|la|kêu) (thét|la|hét|cứu)', 'tiếng (la|khóc|kêu|nổ|súng)', '!khóc',
    '(người|xác|bị|đánh|thuốc|cá|gà|heo|trâu|bò) chết', 'xác (người|chết)', 'tuyệt mệnh',
    'mất (máy|bò|heo|trâu|gà|chó|tiền|vàng|xe|đồ|điện thoại|tượng|con|cháu|tích|liên lạc)', 'mất hai con', 'bị dụ', '!dụ',
    'rủ … (qua biên giới|qua campuchia)', 'hứa lương cao', '!giả', '!lậu', '(gỗ|heo|hàng|thuốc) lậu', 'nửa đêm',
    'trốn lệnh', 'bỏ trốn', 'rồi trốn', 'xã hội đen', 'côn đồ', 'ghép (ảnh|hình)', 'tung (clip|ảnh|hình)', 'rao bán', 'thuốc điện tử',
    '(suýt|đụng|tông|cán) (người|xe|xuồng|chết|trúng)', 'chạy nhanh',
    'đưa … (tiền|triệu|trăm) mới', '(lấy|thu|giữ|ôm) (tiền(?! (?:điện|nước|rác|dien|nuoc|rac))|giấy tờ|hộ chiếu|bằng lái)', 'xài tiền',
    '(lấy|ôm|biển thủ) (tiền )?quỹ', 'xe lạ', 'chụp hình (học sinh|trẻ)', '(thằng|người|kẻ) lạ … (nhìn|theo|rình|đứng)', 'mùi (gas|ga|khét)',
    'afraid', 'scared', 'poison(s|ed|ing)?', 'slapped', 'punched', 'kicked', 'smashed', 'broke', 'crying', 'dead', 'died', 'body', 'stole',
    'took (my )?(money|cash)', '(keeps|kept|took) my passport', '(open|break) my door', 'missing', 'fake'
  ),
  khmer('កាំបិត', 'ប៉ះពាល់', 'ខ្លាច', 'យំ', 'ស្លាប់', 'បាត់', 'យកលុយ', 'ក្លែង')
)

// `bị` says that somebody suffers what follows; only where an office, a plan or a machine does it, no crime is near.
const suffered = either(
  phrases(
    'bị (?!ngâm|giải tỏa|lỗi|lấy|thu hồi|cắt|thất lạc|trễ|chậm|từ chối|hành|phạt|quy hoạch|xử phạt|kỷ luật|phê bình|cấm|trả về|mương|rớt|thư|hư)[^ ]+',
    'bắt (người|ta|tôi|họ|bà|ông|chị|anh) [^ ]+', '!đánh(?! (giá|máy|trống|số|dấu|thuế))', 'thuê (người|giang hồ)', 'giang hồ',
    '([0-9]+|chục|vài|mấy|hai|ba|năm|mười) (triệu|tỷ|chỉ vàng|cây vàng|usd|đô)', '[0-9]+ (trăm|ngàn)', '!trốn', 'chặn (số|đường)',
    'biến mất', 'mất tích', 'gạ (tình|gẫm)', '(was|were|got|been) [a-z]+ by', '(was|were|got) (followed|attacked|robbed|beaten|hit)',
    'threw', 'bombs?', 'vanished', 'nude'
  )
)

/** Any act, or sign of one, that makes a text a tip. */
export const acts = either(named, violence, other, signs, suffered)
