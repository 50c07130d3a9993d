// The small grammar behind the scope rule: whom and what opinions, beliefs, writings and wishes are about, and how they are held.
// It may be broad, because acts and dangers are looked for first (scope.ts). Pure.

import { either, khmer, phrases, type Phrases } from './words.ts'

export type Field = 'opinion' | 'belief' | 'speech' | 'press' | 'assembly' | 'petition' | 'complaint' | 'ethnicity'

// Who rules and how. Words that say something else without their marks (đảng: đang, luật, tỉnh: tình) stand apart.
const state = '(chính quyền|nhà nước|chính phủ|lãnh đạo|lãnh tụ|cán bộ|công an|cảnh sát|csgt|chủ tịch|bí thư|thủ tướng|bộ trưởng|ủy ban|ubnd|quốc hội|chế độ|thể chế|bộ máy|chủ trương|chính sách|đường lối|quan chức|hiệu trưởng|trưởng ấp|pháp luật|đất nước|hội đồng nhân dân)'
const stateMarked = '(đảng|luật|tỉnh|huyện|xã|phường|tòa|thuế|sếp)'
const stateEn = '(government|regime|state|party|police|officials?|mayor|secretary|chairman|authorities|president|prime minister|ministers?|leaders?|law|commune|committee)'

// To hold or voice a view.
const stance = '(không (thích|tin|phục|ưa|phục|ủng hộ|đồng tình|đồng ý|chấp nhận)|ủng hộ|chống đối|bất mãn|phản đối|chán|khen|kêu là|phát ngôn|than|than phiền|than vãn|lầm bầm|cằn nhằn|chửi|chửi bới|trách|phê|cho rằng|nghĩ rằng|phân tích|bình luận|bàn tán|quan điểm|tư tưởng|lập trường)'
const critical = '(chỉ trích|phê phán|phê bình|(?<!bao )chê|chê bai|nói (xấu|móc|xéo|cạnh khóe|thẳng)|đá (xéo|xoáy)|lên án|chế (giễu|nhạo|ảnh|nhạc)|thơ chế|nhạc chế|nhại|châm biếm|biếm họa|xuyên tạc|chống phá|bình phẩm|đả kích|mỉa mai|bôi nhọ|góp ý|cười (nhạo|cợt)|chọc|diễn hài|hài|xúc phạm)'
const verdict = '(bất tài|vô dụng|thối nát|yếu kém|quan liêu|xa dân|độc tài|không ra gì|bất công|mất dân chủ|dở|làm dở|dở quá|tệ quá|quá tệ|tệ hại|sai|sai rồi|làm sai|nói sai|làm ăn chán|lè phè|lười biếng|không có (năng lực|tâm)|toàn tham nhũng|không tới nơi tới chốn|thua xa|lạc hậu|vô trách nhiệm|sướng quá|chỉ lo cho mình|khác xưa|không hợp lý|chưa hợp lòng dân|nặng quá|ăn hại|không lo cho dân)'
const verdictEn = '(a joke|useless|corrupt|incompetent|liars?|unfair|wrong|stupid|lazy|bad|step down|resign)'
const piece = '(bài|bài viết|status|stt|tus|thơ|sách|báo|blog|tài liệu|nhạc|rap|tranh|thư|áo|clip|video|truyện|vè|podcast|avatar|meme)'
const publish = `((đăng|viết|chia sẻ|share|soạn|dịch|phát tán|làm|in|like|hát|vẽ|đặt|để|treo) … (${piece})|(đăng|viết|chia sẻ|share|soạn|dịch|phát tán|làm|in|like|hát|vẽ|đặt|để|treo) (${piece})|viết báo|livestream nói|phát biểu|phỏng vấn|comment|(trang|kênh|nhóm) … nói|(kênh youtube|trang tin))`
const pressFolk = '(nhà báo|phóng viên|blogger|tờ báo|báo này|báo mạng|trang báo|trang tin|đài (nước ngoài|truyền hình|địch)|ký giả)'
const ask = '(khiếu nại|khiếu kiện|kiến nghị|ký tên|thỉnh nguyện|thỉnh cầu)'
const speakEn = '(criticis(e|es|ing|ed)|criticiz(e|es|ing|ed)|mock(s|ing|ed)?|insult(s|ing|ed)?|(made|making|makes|make) fun of|complains? about|speaks? against|jokes? about)'
const publishEn = '((wrote|writes|writing|write|posted|posts|shares|shared|sharing|tweets|tweeted|sings|released|published|publishes|prints)|(a|the|making) (memes?|song|poem|book|post|blog|comedian|singer|cartoon))'
const gatherEn = '(on strike|strike|striking|protests?|protesters|protesting|rally|rallies|demonstrations?|march|marching|walkout|sit in|picket|refus(e|es|ed|ing) to work|blocked the (gate|road))'
const gather = '(biểu tình|đình công|lãn công|ngừng việc|tuần hành|diễu hành|mít tinh|biểu ngữ|băng rôn|bãi (thị|khóa|công)|tụ tập|chặn cổng|kéo (lên|tới|đến|đi))'

/** Whom opinions are about. `Đảng` only with its marks: without, it is "đang". */
export const authority: Phrases = phrases(state, '!đảng', '!luật', '(government|state|party|police|officials?|chairman|authorities|president|leaders?)')

/** Saying, writing, protesting, asking: what follows them with a topic word is their content, not an act told to us. */
export const governors: Phrases = phrases(
  critical, publish, pressFolk, gather, ask, speakEn, publishEn, gatherEn, 'journalists?', 'reporters?', 'petition', 'signatures'
)

/** Words that make what follows a mere subject. */
export const subjects: Phrases = phrases('về', 'chuyện', 'vụ', 'nạn', 'about')

/** Where the content begins. */
export const topics: Phrases = either(subjects, phrases(
  'rằng', 'là', 'nói', '!tố', 'tố cáo', 'phản đối', '!chống', '!đòi', 'đòi', 'kêu gọi', 'vì',
  'against', 'saying', 'that', 'for', 'over', 'to demand'
))

const faith = '(tin lành|công giáo|thiên chúa|phật giáo|hòa hảo|cao đài|hồi giáo|đạo hồi|islam|tà đạo|đạo lạ|bửu sơn kỳ hương|tứ ân hiếu nghĩa|nhân chứng giê hô va|bà la môn|pháp luân công)'
const service = '(căn cước|đăng ký xe|hộ tịch|đèn đường|cccd|chứng tử|thu tiền|hộ khẩu|khai sinh|tạm trú|bằng lái|hồ sơ|thủ tục|giấy tờ|giấy phép|đơn|xác nhận|một cửa|tiếp dân|văn thư|trạm (y tế|xá)|bác sĩ|y tá|bệnh viện|bảo hiểm|điện lực|tiền điện|tổng đài|nước (máy|sạch)|vneid|học phí|hộ nghèo|phục vụ|cán bộ|công an|nhân viên|xe buýt|bưu điện|ngân hàng|công chứng|đường dây nóng|địa chính|bảo vệ|giáo viên|wifi)'
const poor = '(chậm (quá|chạp|trễ)|quá chậm|chờ (cả|hoài|mãi|đợi)|đợi (hoài|mãi)|lâu (quá|lắc)|quá lâu|kéo dài|trễ|trễ hẹn|đông quá|chậm như rùa|khó nghe|khó chịu|chờ (hai|ba|mấy) tiếng|không ai sửa|cộc lốc|nhiều lần|mất (hai|ba|cả) (tuần|tháng)|không (có thuốc|được duyệt)|dạy dở|yếu|hoài không được|mãi không được|thái độ|hách dịch|cọc cằn|quát (tháo|nạt)|la mắng|mặt nặng|lồi lõm|rườm rà|phiền hà|hành dân|bắt về|mai quay lại|quay lại hoài|hẹn tới hẹn lui|hẹn hoài|không (ai )?(trả lời|bắt máy|nghe máy)|không chịu (thanh toán|giải quyết|làm)|không (lịch sự|tôn trọng)|chưa (giải quyết|xong|có)|hoài không (thấy|có|xong)|bị ngâm|yếu xìu|cao quá|bị lỗi|thiếu tôn trọng|bức xúc|phàn nàn)'
const land = '(đất|ruộng|vườn|nền nhà|ranh đất|ranh)'
const claim = '(thu hồi|bị lấy|lấy làm|cướp|trả lại|đòi lại|đền bù|bồi thường|tranh chấp|giải tỏa|quy hoạch|kiện|xin cấp|can thiệp|chưa trả tiền)'
const folk = '(người|tụi|bọn|đám|gia đình|mấy đứa) (khmer|khơ me|miên|chăm|hoa|tàu|trung quốc|hàn quốc|campuchia|đài loan|miền (bắc|trung)|nhập cư)'
const dwell = '(dọn (tới|đến|về)|nói tiếng|ăn mặc|sống không giống|sống khác|sống không hợp|thuê nhà|thuê|ở)'

/** The fields in the order in which they are looked for and counted. */
export const fields: readonly { readonly field: Field, readonly said: Phrases }[] = [
  {
    field: 'belief',
    said: either(
      phrases(
        `(theo|tu|tu theo|cải|nhập|vào|nhóm|người|tín đồ|sinh hoạt|nhóm họp|thánh đường|thánh thất) (đạo )?(${faith})`,
        '!(theo|bỏ|vào|cải|nhập|đổi) đạo', '!đạo này', '!tà đạo', 'truyền đạo', 'giảng (đạo|pháp|kinh)',
        'cầu (nguyện|kinh|siêu|an)', 'tụng kinh', '!đọc kinh', '!cúng (bái|kiến|tế)', 'thờ cúng', 'thầy cúng', 'mở điện thờ', 'hầu đồng',
        'tín đồ', 'tín ngưỡng', 'tôn giáo', 'hội thánh', 'thánh ca', 'kinh thánh', 'khất thực',
        'giê hô va', 'pháp luân công', '!(tin|thờ|theo) (phật|chúa)', '!đi (chùa|lễ)', '!(làm|hành) lễ', '!ăn chay', 'rằm tháng', 'nhà sư',
        'sư cô', 'ngồi thiền', 'am thờ', '(thầy|nhóm|theo) tu( tập| hành)?(?= )', 'tới lạy', 'nhóm thiền', '(ảnh|tượng|bàn thờ) (chúa|phật)',
        'xem bói', 'bà đồng', 'âm phủ', 'rước kiệu', 'ramadan', 'ngũ âm', 'kinh sách', 'rửa tội', 'thầy chùa … giảng',
        '(converted|converts|convert) to', 'prays?', 'praying', 'prayers?', 'preach(es|ing)?', 'house church', 'falun gong',
        'worship(s|ping)?', 'bible', 'quran', '(muslim|christian|buddhist) (group|family|people)', 'religion', 'religious', 'hymns?',
        'sermons?', 'monks?', 'pastor'
      ),
      khmer('គម្ពីរ', 'សាសនា', 'សូត្រ', 'អធិស្ឋាន', 'ធ្វើបុណ្យ')
    )
  },
  {
    field: 'assembly',
    said: either(
      phrases(
        'biểu tình', 'đình công', 'lãn công', '(ngừng|nghỉ) (việc|làm) (để|đòi)', 'ngừng việc', 'dừng chuyền', 'dân oan', 'tuần hành',
        'diễu hành', 'mít tinh', 'biểu ngữ', 'băng rôn', 'bãi (thị|khóa|công)', 'tắt app', 'công đoàn độc lập', 'lập hội( nhóm)?',
        'nghỉ việc tập thể',
        `(tụ tập|chặn cổng|kéo (lên|tới|đến|đi)) … (phản đối|đòi|ủy ban|ubnd|trụ sở|khiếu kiện)`, 'chặn cổng … đối thoại',
        'đồng loạt … (không làm|nghỉ|ngừng)', '(xin|đòi|yêu cầu) (gặp|thưởng|đối thoại|tăng lương|giảm giờ)', 'kéo nhau lên', 'hội thảo',
        'phản đối', gatherEn, 'independent union', 'stop work'
      ),
      khmer('មិនព្រមធ្វើការ', 'កូដកម្ម', 'បាតុកម្ម', 'ជួបជុំគ្នាតវ៉ា')
    )
  },
  {
    field: 'press',
    said: either(
      phrases(`(${pressFolk}) … (viết|đưa tin|phỏng vấn|quay|hỏi|tác nghiệp|tìm hiểu|đăng|về)`, `(${pressFolk}) (viết|đưa tin|phỏng vấn|quay|hỏi|tác nghiệp|đăng|về|tới)`, 'trả lời phỏng vấn', 'phóng sự', 'giật tít', '(journalist|reporter|blogger|newspaper)s?'),
      khmer('អ្នកកាសែត', 'អ្នកសារព័ត៌មាន')
    )
  },
  {
    field: 'speech',
    said: either(
      phrases(
        `(${critical}) … (${state})`, `(${critical}) (${state})`, `!(${critical}) … (${stateMarked})`, `!(${critical}) (${stateMarked})`,
        `(${publish}) … (${state}|chính trị|lịch sử)`, `!(${publish}) … (${stateMarked})`,
        '(viết|soạn) (sách|thơ)', 'làm thơ', 'sách cấm', '(?<!bao )chê (bai )?(xã|tỉnh|huyện|phường)', 'thơ chế', 'nhạc chế', 'biếm họa',
        '(nhạc|rap|tranh|video|clip) (hài|biếm|chế)', 'chống phá', 'xuyên tạc', 'đài (nước ngoài|địch)', 'lên báo',
        '(thư|đơn) lên (trung ương|tỉnh)', 'áo in chữ', 'podcast', 'satire', 'hồi ký', '(để|treo|đổi) (avatar|ảnh đại diện)',
        'foreign (radio|media)',
        `(${speakEn}) … (${stateEn})`, `(${speakEn}) (${stateEn})`, `(${publishEn}) … (${stateEn})`
      ),
      khmer('និយាយអាក្រក់ពី', 'រិះគន់', 'ចំអក', 'អត្ថបទប្រឆាំង')
    )
  },
  {
    field: 'opinion',
    said: either(
      phrases(
        `(${stance}) … (${state})`, `(${stance}) (${state})`, `!(${stance}) … đảng`, `(${state}) … (${verdict})`, `(${state}) (${verdict})`,
        `!(${stateMarked}) … (${verdict}|công bằng)`, `!(${stateMarked}) (${verdict})`, 'dang sai',
        '(tinh|xa|huyen) lam (do|sai|khong ra gi)',
        'chế độ … công bằng', 'phản động', 'đa đảng', 'đảng đối lập', 'nhân quyền', 'chính trị', 'thời (cuộc|sự)', 'thể chế', 'tư bản',
        'tư tưởng', 'quan điểm', 'dân chủ', 'xã hội dân sự', 'bầu cử', '(bảo|nói) bầu', '(treo|chào) cờ', 'nhà nước thu',
        '(luật|nghị định) … (nặng quá|không hợp lý|bất công)', 'từ chức', 'tăng thuế', 'thuế cao', '(chia|phát) tiền hỗ trợ', 'hồi ký',
        `(mê|khen) … (phương tây|nước ngoài)`,
        `(${stateEn}) … (${verdictEn})`, `(${stateEn}) (${verdictEn})`, `against the (${stateEn})`, 'political', 'politics',
        'the opposition', 'disagrees? with', 'the flag', 'democracy', 'elections?'
      ),
      khmer('បោះឆ្នោត', 'នយោបាយ', 'ទស្សនៈ', '(នគរបាល|មន្ត្រី|រដ្ឋាភិបាល).*ធ្វើការមិនល្អ', 'មិនចូលចិត្ត(រដ្ឋាភិបាល|មន្ត្រី|នគរបាល)')
    )
  },
  {
    field: 'petition',
    said: either(
      phrases(
        ask, 'giải tỏa', `(${claim}) … (${land})`, `(${claim}) (${land})`, `(${land}) … (${claim})`, '(tiền|giá|mức) (đền bù|bồi thường)', 'sổ đỏ', 'quy hoạch treo', 'giải phóng mặt bằng', 'tái định cư', 'đo lại đất', 'công nhận (liệt sĩ|thương binh|hộ nghèo)', 'quyền sử dụng đất', 'lối đi chung', 'đơn xin (miễn|hỗ trợ|trợ cấp)', 'đề nghị (nhà nước|tỉnh|xã|huyện|ủy ban|cấp trên)', '!xin (mở|lắp|làm lại|hỗ trợ|được)', 'xin được (bán|cấp|xem xét)', '(gửi|nộp|làm|viết) đơn … (xin|yêu cầu|đề nghị)', '(gửi|nộp|làm|viết) đơn (xin|yêu cầu|đề nghị)',
        'petition(s|ing)?', 'signatures', 'land compensation', '(took|taken|taking) … (land|farmland)'
      ),
      khmer('តវ៉ា', 'ញត្តិ', 'សំណងដី')
    )
  },
  {
    field: 'complaint',
    said: either(
      phrases(
        `(${service}) … (${poor})`, `(${service}) (${poor})`, `(${poor}) … (${service})`, `(${poor}) (${service})`,
        `!(${service}) … (chậm|lâu|chờ)`, 'học phí cao', 'điện cúp', 'cúp (điện|nước)', 'phàn nàn', 'rác … không ai (gom|tới gom|lấy)',
        'bảo hiểm y tế không',
        '(was|is|were) (rude|impolite)', '(rude|impolite) to', 'bad attitude', '(terrible|bad|slow|poor) service', 'complain(t|ts)? about',
        'taking … too long', 'never answers?', 'lost my (file|form|papers)', '(queue|waiting|line) … too long',
        '(nurse|clerk|doctor|teacher) … (rude|shouted|slow)'
      ),
      khmer('និយាយមិន(គួរ)?សម', 'អត្តសញ្ញាណប័ណ្ណយឺត', 'ឯកសារយឺត', 'សេវាអន់', 'សេវាមិនល្អ')
    )
  },
  {
    field: 'ethnicity',
    said: phrases(`(${folk}) … (${dwell})( [^ ,]+){0,3}(?= $)`, `(${folk}) (${dwell})( [^ ,]+){0,3}(?= (?:$|,))`, 'dân nhập cư', '(khmer|cham|chinese|cambodian) (people|family|families)')
  }
]
