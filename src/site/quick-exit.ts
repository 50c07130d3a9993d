// Where "quick exit" leads: a page that anybody may be looking at. Pure.

/** The national weather service: ordinary, Vietnamese, and worth a look at any hour. */
export const neutralPage = 'https://nchmf.gov.vn/'
/** Answered with Clear-Site-Data, so that cookie and storage go even where a script can't reach them. */
export const exitAddress = '/chat/exit'
/** The key that leaves at once when pressed this often in a row. */
export const exitKey = { key: 'Escape', times: 3, withinMs: 1500 } as const
