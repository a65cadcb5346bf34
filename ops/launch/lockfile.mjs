/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} Package
 * @typedef {Record<string, Package>} Packages
 */

/**
 * Whether what is installed is what the lockfile wants. Optional packages may be missing unless they say that
 * they are for this very platform.
 * @param {Packages} wanted @param {Packages} installed
 */
export function isSatisfied(wanted, installed, platform = thisPlatform()) {
  return Object.entries(wanted).every(([path, want]) => {
    if (path === '') return true
    const have = installed[path]
    if (have === undefined) return want.optional === true && !isFor(platform, want)
    return have.version === want.version && have.link === want.link
  })
}

/** @param {ReturnType<typeof thisPlatform>} platform @param {Package} want */
function isFor(platform, want) {
  if (want.os === undefined) return false
  return allows(want.os, platform.os) && allows(want.cpu, platform.cpu) && allows(want.libc, platform.libc)
}

/** @param {string[] | undefined} list @param {string} value */
const allows = (list, value) => list === undefined || list.includes(value)

function thisPlatform() {
  return { os: process.platform, cpu: process.arch, libc: usesGlibc() ? 'glibc' : 'musl' }
}

function usesGlibc() {
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  return report.header?.glibcVersionRuntime !== undefined
}
