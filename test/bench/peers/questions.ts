// The form the peers ask: six questions, and a word at the end.
export const questions = [
  'Bạn có đang gặp nguy hiểm không?', 'Bạn thấy gì?', 'Ở xã, phường nào?', 'Khi nào?', 'Bạn có ảnh không?', 'Gửi chứ?',
]
export const thanks = 'Đã nhận. Cảm ơn bạn.'
