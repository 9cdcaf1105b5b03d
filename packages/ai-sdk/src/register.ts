import { hookModules } from './module-hooks.ts'

// From here on, whoever imports or requires `ai` is given the wrapped SDK.
hookModules()
