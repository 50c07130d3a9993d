// The closed list of what can be reported, how we treat each kind, and the few questions of its own.
// Pure.

import type table from './units.json'

/** Every category there is. Closed in code: settings can't add one (scope rule, domain reference 3.2). */
export const categoryIds = [
  'drugs', 'theft_robbery', 'online_fraud', 'gambling', 'loan_shark', 'trafficking', 'domestic_child', 'smuggling',
  'illegal_crossing', 'public_disorder', 'weapons_fireworks', 'traffic', 'environment', 'counterfeit', 'wanted',
  'cybercrime', 'other'
] as const

export type CategoryId = (typeof categoryIds)[number]

/**
 * `fraud_first_hour` tells the victim first what to do with the bank; `victim_protective` asks about safety first, then for a
 * safe time and way to answer, and names the topic in no later message.
 */
export type Mode = 'standard' | 'fraud_first_hour' | 'victim_protective'

export type EmergencyNumber = '111' | '112' | '113' | '114' | '115'

/** One thought; may always be skipped. What, where and when are asked by the flow itself, for every category. */
export interface Question {
  readonly id: string
  /** Key in `categories.json`. */
  readonly key: string
  readonly answer: 'text' | 'yesno'
  /** Asks for an account or phone number: show the `never_ask` line beside it. */
  readonly neverAsk?: true
  /** When the answer is yes, show these numbers again before going on. */
  readonly danger?: { readonly answer: 'yes', readonly numbers: readonly EmergencyNumber[] }
}

export type UnitKind = 'commune_police' | keyof typeof table.units

/** Bodies outside the police. An officer tells them; nothing is sealed or sent to them by us. */
export const externals = [
  'border_guard', 'customs', 'market_management', 'forest_ranger', 'child_helpline_111', 'commune_peoples_committee'
] as const
export type External = (typeof externals)[number]

interface Category {
  readonly mode: Mode
  /** Who deals with it, most responsible first; `route.ts` turns this into units and outside bodies. */
  readonly route: readonly (UnitKind | External)[]
  readonly questions: readonly Omit<Question, 'key'>[]
}

/** Tells a category id from any other text. */
export function isCategoryId (text: unknown): text is CategoryId {
  return categoryIds.some((id) => id === text)
}

export function modeOf (category: CategoryId): Mode {
  return categories[category].mode
}

export function routeFor (category: CategoryId): readonly (UnitKind | External)[] {
  return categories[category].route
}

/** The category's own questions, at most three, in asking order. */
export function questionsOf (category: CategoryId): Question[] {
  return categories[category].questions.map((question) => ({ ...question, key: `${category}.questions.${question.id}` }))
}

const text = (id: string): Omit<Question, 'key'> => ({ id, answer: 'text' })
const account = (id: string): Omit<Question, 'key'> => ({ id, answer: 'text', neverAsk: true })
const yesno = (id: string): Omit<Question, 'key'> => ({ id, answer: 'yesno' })
const danger = (id: string, ...numbers: EmergencyNumber[]): Omit<Question, 'key'> =>
  ({ id, answer: 'yesno', danger: { answer: 'yes', numbers } })

const categories: Record<CategoryId, Category> = {
  drugs: {
    mode: 'standard', route: ['commune_police', 'provincial_drug_unit'],
    questions: [danger('unconscious', '115', '113'), yesno('minors'), text('marks')]
  },
  theft_robbery: {
    mode: 'standard', route: ['commune_police'],
    questions: [danger('hurt', '115', '113'), text('taken'), text('fled')]
  },
  online_fraud: {
    mode: 'fraud_first_hour', route: ['commune_police', 'provincial_cyber_unit'],
    questions: [yesno('paid'), account('account'), account('contact')]
  },
  gambling: {
    mode: 'standard', route: ['commune_police'],
    questions: [danger('weapon', '113'), text('hours'), text('organiser')]
  },
  loan_shark: {
    mode: 'standard', route: ['commune_police', 'provincial_criminal_unit'],
    questions: [danger('threat', '113'), account('lender'), text('terms')]
  },
  trafficking: {
    mode: 'victim_protective', route: ['provincial_criminal_unit', 'border_guard', 'child_helpline_111'],
    questions: [danger('unsafe', '113', '111'), account('reach'), text('lured')]
  },
  domestic_child: {
    mode: 'victim_protective', route: ['commune_police', 'child_helpline_111', 'commune_peoples_committee'],
    questions: [danger('unsafe', '113', '115', '111'), account('reach'), danger('child', '111')]
  },
  smuggling: {
    mode: 'standard', route: ['commune_police', 'border_guard', 'customs'],
    questions: [danger('weapon', '113'), text('goods'), text('way')]
  },
  illegal_crossing: {
    mode: 'victim_protective', route: ['border_guard', 'commune_police'],
    questions: [danger('unsafe', '113', '114', '112'), account('reach'), text('organiser')]
  },
  public_disorder: {
    mode: 'standard', route: ['commune_police'],
    questions: [danger('hurt', '115', '113'), danger('weapon', '113'), text('vehicles')]
  },
  weapons_fireworks: {
    mode: 'standard', route: ['commune_police', 'provincial_admin_police'],
    questions: [danger('use', '113', '114', '115'), text('kind'), account('seller')]
  },
  traffic: {
    mode: 'standard', route: ['traffic_police', 'commune_police'],
    questions: [danger('hurt', '115', '113'), text('plate')]
  },
  environment: {
    mode: 'standard', route: ['commune_police', 'provincial_environment_unit', 'forest_ranger'],
    questions: [danger('spill', '114', '113'), text('seen'), yesno('again')]
  },
  counterfeit: {
    mode: 'standard', route: ['commune_police', 'market_management'],
    questions: [danger('ill', '115'), text('bought'), text('signs')]
  },
  wanted: {
    mode: 'standard', route: ['commune_police', 'provincial_criminal_unit'],
    questions: [danger('here', '113'), text('notice'), text('company')]
  },
  cybercrime: {
    mode: 'victim_protective', route: ['provincial_cyber_unit', 'commune_police'],
    questions: [danger('unsafe', '113', '115', '111'), account('reach'), account('platform')]
  },
  other: {
    mode: 'standard', route: ['triage_officer'],
    questions: [danger('unsafe', '113', '114', '115', '112')]
  }
}
