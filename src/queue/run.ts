// When each scheduled job last ran, and who ran it: a late or doubled tick changes nothing.
import { defineEntity, p } from '@mikro-orm/core'

export const Run = defineEntity({
  name: 'Run',
  properties: {
    /** Job and due moment, as node-cron names the run. */
    key: p.string().length(120).primary(),
    job: p.string().length(60),
    startedAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
  },
  indexes: [{ properties: ['job', 'startedAt'] }],
})
