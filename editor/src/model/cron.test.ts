import { expect, test } from 'vitest'
import { spokenCron } from './cron'

test.each([
  ['0 8 * * 1-5', '平日 8:00', 'weekdays at 8:00'],
  ['30 9,17 * * *', '毎日 9:30、17:30', 'every day at 9:30, 17:30'],
  ['0 7 * * MON,THU', '毎週月・木曜 7:00', 'every Monday, Thursday at 7:00'],
  ['0 0 1 * *', '毎月1日 0:00', 'every month on day 1 at 0:00'],
  ['*/10 * * * *', '10分ごと', 'every 10 minutes'],
  ['15 * * * *', '毎時15分', 'every hour at minute 15'],
  ['0 6 * * 0,6', '土日 6:00', 'weekends at 6:00'],
  ['0 6 * * 7', '毎週日曜 6:00', 'every Sunday at 6:00'],
])('%s is said in words', (cron, ja, en) => {
  expect(spokenCron(cron, 'ja')).toBe(ja)
  expect(spokenCron(cron, 'en')).toBe(en)
})

test.each(['', '0 8 * *', '0 8 L * *', '1-5 8 * * *', '0 8 * 2 *', '0 8 * * FOO', '0 8 1 * 1', '0 0 8 * * *'])('%s is left as it is', (cron) => {
  expect(spokenCron(cron, 'en')).toBeNull()
})
