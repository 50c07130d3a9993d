// grammY with its conversations plugin, its state in files (@grammyjs/storage-file) or in SQLite as durable as ours.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Conversation, type ConversationData, type ConversationFlavor, conversations, createConversation, type VersionedState, type VersionedStateStorage } from '@grammyjs/conversations'
import { FileAdapter } from '@grammyjs/storage-file'
import type { Context } from 'grammy'
import { questions, thanks } from './questions.ts'
import { makeBot, serve } from './webhook.ts'

type Store = VersionedStateStorage<string, ConversationData>
type Ctx = ConversationFlavor<Context>

const dir = process.env.STORE_DIR ?? ''
mkdirSync(dir, { recursive: true })

const bot = makeBot<Ctx>()
bot.use(conversations<Ctx, Context>({ storage: { type: 'key', adapter: process.env.STORE === 'sqlite' ? inSqlite() : new FileAdapter<VersionedState<ConversationData>>({ dirName: dir }) } }))
bot.use(createConversation<Ctx, Context>(report))
bot.on('message', async ctx => { await ctx.conversation.enter('report') })
serve(bot)

async function report (conversation: Conversation<Ctx, Context>, ctx: Context): Promise<void> {
  const answers: string[] = []
  for (const question of questions) {
    await ctx.reply(question)
    answers.push((await conversation.waitFor('message:text')).msg.text)
  }
  await ctx.reply(thanks)
}

/** One row a chat; full durability, as our own database has it. */
function inSqlite (): Store {
  const db = new DatabaseSync(join(dir, 'sessions.sqlite'), { timeout: 5000 })
  for (const sql of ['pragma journal_mode = wal', 'pragma synchronous = full', 'create table if not exists session (key text primary key, value text not null)']) db.exec(sql)
  const read = db.prepare('select value from session where key = ?')
  const write = db.prepare('insert into session (key, value) values (?, ?) on conflict (key) do update set value = excluded.value')
  const remove = db.prepare('delete from session where key = ?')
  return {
    read (key) {
      const row = read.get(key)
      // What `write` put there.
      return row === undefined ? undefined : JSON.parse(String(row.value)) as VersionedState<ConversationData>
    },
    write (key, value) { write.run(key, JSON.stringify(value)) },
    delete (key) { remove.run(key) },
  }
}
