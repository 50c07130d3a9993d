// What the pages of bulletins are made of: the chat's style, which has our colours and letters, their own beside it, and a small script.
import { fileURLToPath } from 'node:url'
import type { Assets, AssetSources } from '../http/assets.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** For `buildAssets`, together with `chatSources`. */
export function bulletinSources (): AssetSources {
  return {
    scripts: { bulletin: here('./browser/bulletin.ts') },
    files: {
      'bulletins.css': { type: 'text/css', path: here('./bulletins.css') },
      'bulletin-print.css': { type: 'text/css', path: here('./bulletin-print.css') },
    },
  }
}

/** Addresses of assets. */
export interface BulletinUrls {
  styles: string[]
  /** Makes a clean sheet of a page. */
  print: string
  script: string
}

export function bulletinUrls (assets: Pick<Assets, 'url'>): BulletinUrls {
  return { styles: [assets.url('chat.css'), assets.url('bulletins.css')], print: assets.url('bulletin-print.css'), script: assets.url('bulletin') }
}
