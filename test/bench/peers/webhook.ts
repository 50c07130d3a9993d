// Serves a grammY bot's webhook on a port of this machine, as its own guide does it.
import { createServer } from 'node:http'
import { Bot, type Context, webhookCallback } from 'grammy'

export function makeBot<C extends Context> (): Bot<C> {
  return new Bot<C>(process.env.TOKEN ?? '', {
    client: { apiRoot: process.env.API_ROOT ?? '' },
    botInfo: {
      id: 7000000001, is_bot: true, first_name: 'Bench', username: 'BenchBot', can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false,
      can_connect_to_business: false, has_main_web_app: false, has_topics_enabled: false, allows_users_to_create_topics: false, can_manage_bots: false, supports_guest_queries: false, supports_join_request_queries: false,
    },
  })
}

export function serve<C extends Context> (bot: Bot<C>): void {
  const take = webhookCallback(bot, 'http', { secretToken: process.env.SECRET ?? '' })
  createServer((request, response) => {
    if (request.method === 'POST') void take(request, response)
    else response.end('ok')
  }).listen(Number(process.env.PORT), '127.0.0.1')
}
