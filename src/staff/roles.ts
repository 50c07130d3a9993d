// What an officer's role allows with bulletins. The table is the rule; nothing else asks for a role.

/** As the province organises its work (domain.md 1.2); more of them come with the console. */
export const roles = ['duty-officer', 'commune-lead', 'province-lead', 'administrator'] as const
export type Role = typeof roles[number]

export type Verb = 'write' | 'submit' | 'approve' | 'send' | 'officers'

/**
 * - `write`, `submit`: make a bulletin and hand it in.
 * - `approve`: approve or return what somebody else wrote.
 * - `send`: pause, go on, stop, correct and withdraw.
 * - `officers`: say who is an officer. Whoever does that sends nothing.
 */
const table: Record<Role, readonly Verb[]> = {
  'duty-officer': ['write', 'submit', 'send'],
  'commune-lead': ['write', 'submit', 'approve', 'send'],
  'province-lead': ['write', 'submit', 'approve', 'send'],
  administrator: ['officers'],
}

export const may = (role: Role, verb: Verb): boolean => table[role].includes(verb)
