// What a bulletin's page can do with a script: copy its address, and print. Everything else works without.

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-do=print]')) {
  button.hidden = false
  button.addEventListener('click', () => { print() })
}

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-do=copy]')) {
  const { copy = '', done = '', failed = '' } = button.dataset
  button.hidden = false
  button.addEventListener('click', () => { void copied(copy).then(yes => { sayIt(yes ? done : failed) }) })
}

/** False where the browser does not let us, e.g. over plain http. */
async function copied (text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

function sayIt (text: string): void {
  const status = document.querySelector('.share [role=status]')
  if (status !== null) status.textContent = text
}
