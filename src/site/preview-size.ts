// How large previews are: told in a page's head, and drawn so. Pure.

/** Points of the picture beside a link: 1.91 : 1, what the large messengers show uncut. */
export const previewSize = { width: 1200, height: 630 } as const
