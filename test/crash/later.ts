// Loaded into the program before all else (NODE_OPTIONS): its clock is ahead by CRASH_LATER milliseconds, as if so much time had passed.
const ahead = Number(process.env.CRASH_LATER)
const Now = Date

globalThis.Date = class extends Now {
  constructor (...given: [] | [number | string | Date]) {
    if (given.length === 0) super(Now.now() + ahead)
    else super(...given)
  }

  static override now (): number {
    return Now.now() + ahead
  }
} as DateConstructor
