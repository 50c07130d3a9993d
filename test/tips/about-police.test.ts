import { expect, test } from 'vitest'
import { isAboutPolice } from '../../src/tips/about-police.ts'

test.each([
  'Công an xã nhận hối lộ của chủ sòng bài', 'cong an xa nhan hoi lo', 'CSGT vòi tiền tài xế ở chốt', 'Trưởng công an ấp đánh dân gãy răng', 'bi cong an danh trong tru so', 'Sòng bài này có công an bảo kê',
  'Chồng tôi là công an, đánh tôi gãy tay', 'Anh công an phường thái độ tệ, còn đòi tôi đưa hai triệu', 'Cán bộ địa chính đòi tiền mới ký giấy đất', 'Chủ tịch xã ăn chặn tiền cứu trợ', 'csgt nhan tien cua tai xe',
  'Tôi báo công an xã rồi mà trưởng công an bao che cho nó', 'The policeman asked me for a bribe', 'An officer beat my brother at the station', 'នគរបាលទារលុយសំណូក'
])('a tip against an officer is told apart: %s', (text) => {
  expect(isAboutPolice(text)).toBe(true)
})

test.each([
  'Có người giả danh công an đánh dân', 'gia danh cong an lua tien', 'Nó xưng là công an rồi đòi tiền', 'Tôi gọi công an mà nó vẫn đánh tôi', 'Nó đánh công an', 'toi bao cong an xa co nguoi ban ma tuy',
  'Công an bắt nhóm đánh bạc', 'fake police asked for money', 'Nhà trọ bán ma túy', 'Công an xã làm giấy tờ chậm quá', ''
])('a tip that only mentions the police goes its usual way: %s', (text) => {
  expect(isAboutPolice(text)).toBe(false)
})
