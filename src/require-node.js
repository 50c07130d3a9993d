// Loaded before anything else (see the scripts in package.json): a Node that can't run this program is told so in a sentence.
// Plain JavaScript, because that Node may not be able to read a .ts file.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`Tin Báo needs Node 22.18 or newer, and this is Node ${process.versions.node}. ` +
    'Run npm ci, then start it with npm start: npm brings Node 24 along for Linux and Windows. Elsewhere, install Node 24.')
  process.exit(1)
}

// What Node makes of our files is kept beside the packages, not in a folder for everybody: the next start takes half the time and
// needs no translator in memory. Where it can't be written, all goes on without it.
module.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/tin-bao', import.meta.url)))
