// Words that mean the same everywhere in a conversation, with and without marks, in all three languages at once. Pure.
import { fold } from '../localities/fold.ts'

export type Command =
  | 'menu' | 'back' | 'cancel' | 'skip' | 'done' | 'dont-know' | 'help' | 'emergency' | 'language' | 'privacy'
  | 'report' | 'follow-up' | 'subscribe' | 'unsubscribe' | 'my-data' | 'greeting'

const words: Record<Command, string[]> = {
  menu: ['menu', 'bắt đầu lại', 'trang đầu', 'về đầu', 'làm lại từ đầu', 'start over', 'restart', 'main menu', 'ម៉ឺនុយ', 'ចាប់ផ្តើមឡើងវិញ', '/start', '/menu'],
  back: ['quay lại', 'trở lại', 'lùi lại', 'lui', 'back', 'go back', 'ថយក្រោយ', '/back'],
  cancel: ['hủy', 'huỷ', 'hủy bỏ', 'thôi', 'bỏ đi', 'không báo nữa', 'cancel', 'quit', 'exit', 'បោះបង់', '/cancel'],
  skip: ['bỏ qua', 'bỏ qua câu này', 'qua câu khác', 'skip', 'next', 'រំលង', 'រំលងសំណួរនេះ', '/skip'],
  done: ['xong', 'xong rồi', 'hết rồi', 'đủ rồi', 'done', 'finished', 'that is all', 'រួចរាល់', 'ចប់'],
  'dont-know': ['không biết', 'tôi không biết', 'ko biết', 'k biết', 'hông biết', 'hổng biết', 'không rõ', 'i don\'t know', 'dont know', 'not sure', 'មិនដឹង', 'ខ្ញុំមិនដឹង'],
  help: ['trợ giúp', 'giúp', 'giúp tôi', 'hướng dẫn', 'help', '?', 'ជំនួយ', '/help'],
  emergency: ['113', '114', '115', '111', '112', 'khẩn cấp', 'cấp cứu', 'emergency', 'sos', 'cứu', 'cứu tôi', 'cứu với', 'អាសន្ន', 'ភាពអាសន្ន', 'ជួយផង'],
  language: ['ngôn ngữ', 'đổi ngôn ngữ', 'tiếng việt', 'tiếng anh', 'tiếng khmer', 'language', 'english', 'vietnamese', 'khmer', 'ភាសា', 'ភាសាខ្មែរ', '/language'],
  privacy: ['riêng tư', 'dữ liệu cá nhân', 'privacy', 'ឯកជនភាព', '/privacy'],
  report: ['tố giác', 'tố giác tội phạm', 'báo tin', 'báo án', 'trình báo', 'tin báo', 'báo công an', 'tôi muốn báo tin', 'tôi muốn tố giác', 'report', 'report a crime', 'tip', 'send a tip', 'រាយការណ៍', 'រាយការណ៍បទល្មើស', '/report'],
  'follow-up': ['tra cứu', 'tra cứu kết quả', 'kết quả', 'mã tin', 'bổ sung', 'bổ sung thông tin', 'theo dõi', 'status', 'follow up', 'follow-up', 'check status', 'my tip', 'ពិនិត្យស្ថានភាព', '/followup'],
  subscribe: ['đăng ký', 'đăng kí', 'đăng ký nhận tin', 'nhận tin', 'nhận cảnh báo', 'subscribe', 'news', 'warnings', 'ចុះឈ្មោះ', 'ចុះឈ្មោះទទួលព័ត៌មាន', '/subscribe'],
  unsubscribe: ['ngừng', 'ngừng nhận tin', 'ngưng', 'ngưng nhận tin', 'dừng', 'hủy đăng ký', 'huỷ đăng kí', 'stop', 'unsubscribe', 'ឈប់', 'ឈប់ទទួលព័ត៌មាន', '/stop'],
  'my-data': ['dữ liệu của tôi', 'xóa dữ liệu', 'xoá dữ liệu', 'xóa dữ liệu của tôi', 'quên tôi', 'my data', 'delete my data', 'forget me', 'ទិន្នន័យរបស់ខ្ញុំ', 'លុបទិន្នន័យរបស់ខ្ញុំ', '/mydata'],
  greeting: ['chào', 'xin chào', 'chào bạn', 'alo', 'a lô', 'hi', 'hello', 'hey', 'ad ơi', 'admin ơi', 'សួស្តី', 'ជំរាបសួរ'],
}

const commandOf = new Map<string, Command>()
for (const [command, phrases] of Object.entries(words) as [Command, string[]][]) {
  for (const phrase of phrases) commandOf.set(key(phrase), command)
}

/**
 * The command a whole message means, or null. Only the whole message counts: a story that contains "thôi" is a story.
 * "?" and "/report" are kept apart from words, since folding takes punctuation away.
 */
export function commandIn (text: string): Command | null {
  return text.length > 60 ? null : commandOf.get(key(text)) ?? null
}

function key (text: string): string {
  const plain = fold(text)
  return plain === '' ? text.trim() : text.trim().startsWith('/') ? `/${plain.replaceAll(' ', '')}` : plain
}
