// The states a tip goes through, which may follow which, and what the reporter is told. (A draft is never a tip.)
// Pure.

export const statuses = [
  'submitted', 'acknowledged', 'triaged',
  'transferred', 'mediation_offered', 'answered_with_guidance', 'declined_out_of_scope',
  'verifying',
  'initiated', 'not_initiated', 'suspended', 'administrative', 'merged', 'closed_insufficient',
  'notified', 'archived', 'erased'
] as const

export type TipStatus = (typeof statuses)[number]

/** All a reporter ever learns. Coarse on purpose: never whether a named person was arrested (domain reference 2.3). */
export type PublicStatus = 'received' | 'passedOn' | 'verifying' | 'finished' | 'needMore'

/**
 * What may follow what (domain reference 2.4). Added to it: commune police verify themselves, so triage may lead straight to
 * verifying; a duplicate or an empty tip may be closed at triage; guidance, a refusal or a settled dispute need no verifying;
 * a suspended or insufficient tip is taken up again when something new comes.
 */
export const transitions: Readonly<Record<TipStatus, readonly TipStatus[]>> = {
  submitted: ['acknowledged'],
  acknowledged: ['triaged'],
  triaged: [
    'transferred', 'mediation_offered', 'answered_with_guidance', 'declined_out_of_scope', 'verifying', 'merged', 'closed_insufficient'
  ],
  transferred: ['verifying'],
  mediation_offered: ['verifying', 'notified'],
  answered_with_guidance: ['verifying', 'notified'],
  declined_out_of_scope: ['notified'],
  verifying: ['initiated', 'not_initiated', 'suspended', 'administrative', 'merged', 'closed_insufficient'],
  initiated: ['notified'],
  not_initiated: ['notified'],
  suspended: ['verifying', 'notified'],
  administrative: ['notified'],
  merged: ['notified'],
  closed_insufficient: ['verifying', 'notified'],
  notified: ['archived'],
  archived: ['erased'],
  erased: []
}

/** Whether a tip may go from one state straight to the other. Staying is no move. */
export function canMove (from: TipStatus, to: TipStatus): boolean {
  return transitions[from].includes(to)
}

export function isStatus (text: unknown): text is TipStatus {
  return statuses.some((status) => status === text)
}

export function publicStatus (status: TipStatus): PublicStatus {
  return told[status]
}

const told: Record<TipStatus, PublicStatus> = {
  submitted: 'received',
  acknowledged: 'received',
  triaged: 'received',
  transferred: 'passedOn',
  mediation_offered: 'passedOn',
  answered_with_guidance: 'finished',
  declined_out_of_scope: 'finished',
  verifying: 'verifying',
  initiated: 'finished',
  not_initiated: 'finished',
  suspended: 'finished',
  administrative: 'finished',
  // It lives on in another file, which may be at any point.
  merged: 'passedOn',
  closed_insufficient: 'needMore',
  notified: 'finished',
  archived: 'finished',
  erased: 'finished'
}
