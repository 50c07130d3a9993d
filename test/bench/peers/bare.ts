// grammY alone: answers each message and remembers nothing. The ceiling.
import type { Context } from 'grammy'
import { questions, thanks } from './questions.ts'
import { makeBot, serve } from './webhook.ts'

const bot = makeBot<Context>()
bot.on('message:text', async ctx => { await ctx.reply(ctx.msg.text === 'Gửi' ? thanks : questions[0] ?? '') })
serve(bot)
