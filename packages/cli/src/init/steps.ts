import { LIBRARIES, versionProblem } from '../project/libraries.ts'
import { type Project, uses } from '../project/project.ts'
import { VITEST_LINES } from './vitest-config.ts'

/** Lines that somebody adds to an app. */
export interface Step {
  /** The library that they are for. */
  readonly for: string
  /** What they are, and where they go. */
  readonly title: string
  readonly lines: readonly string[]
  /** What stands in the way, such as a version that is too old. */
  readonly problem?: string
}

type Recipe = (project: Project) => Pick<Step, 'title' | 'lines'>

const PROVIDERS: Readonly<Record<string, readonly [name: string, create: string]>> = {
  '@ai-sdk/openai': ['openai', 'createOpenAI'],
  '@ai-sdk/anthropic': ['anthropic', 'createAnthropic'],
  '@ai-sdk/google': ['google', 'createGoogleGenerativeAI'],
  '@ai-sdk/mistral': ['mistral', 'createMistral'],
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  express: (project) => middleware(project, '@retake/express'),
  hono: (project) => middleware(project, '@retake/hono'),
  langchain: (project) => ({
    title: 'once, where the app starts: models, tools, agents and graphs need nothing more',
    lines: [
      take(project, 'RetakeCallbackHandler', '@retake/langchain'),
      'new RetakeCallbackHandler()',
    ],
  }),
  ai: (project) => ({ title: 'where models come from', lines: providerLines(project) }),
  openai: (project) => client(project, 'openai', 'OpenAI'),
  anthropic: (project) => client(project, 'anthropic', 'Anthropic'),
  vitest: () => ({
    title: 'in vitest.config.ts; tests then take test from @retake/vitest',
    lines: VITEST_LINES,
  }),
}

/** The lines for each library that a project uses, as in the packages' own descriptions. */
export function findSteps(project: Project): readonly Step[] {
  const steps = LIBRARIES.flatMap(({ name }) => {
    const recipe = uses(project, name) ? RECIPES[name] : undefined
    return recipe ? [{ for: name, ...recipe(project), ...problemOf(project, name) }] : []
  })
  const isServer = uses(project, 'express') || uses(project, 'hono')
  return isServer ? steps : [sessionStep(project), ...steps]
}

/** A line that brings in a name, in the way of the project. */
function take(project: Project, name: string, from: string): string {
  return isImport(project)
    ? `import { ${name} } from '${from}'`
    : `const { ${name} } = require('${from}')`
}

function isImport({ language, modules }: Project): boolean {
  return language === 'typescript' || modules === 'esm'
}

function sessionStep(project: Project): Step {
  return {
    for: 'core',
    title: 'around what the agent does',
    lines: [
      take(project, 'createRetake', '@retake/core'),
      'const retake = createRetake()',
      "await retake.session({ name: 'my agent' }, async () => { … })",
    ],
  }
}

function middleware(project: Project, from: string): ReturnType<Recipe> {
  return {
    title: 'right after the app is made, before its routes',
    lines: [take(project, 'retakeMiddleware', from), 'app.use(retakeMiddleware())'],
  }
}

function client(project: Project, name: string, constructor: string): ReturnType<Recipe> {
  return {
    title: 'where the client is made',
    lines: [
      take(project, 'retakeFetch', '@retake/fetch'),
      `const ${name} = new ${constructor}({ fetch: retakeFetch() })`,
    ],
  }
}

function providerLines(project: Project): readonly string[] {
  const found = Object.entries(PROVIDERS).filter(([name]) => name in project.dependencies)
  if (found.length === 0) {
    return [
      take(project, 'wrapAISDK', '@retake/ai-sdk'),
      isImport(project) ? "import * as ai from 'ai'" : "const ai = require('ai')",
      'const { generateText, streamText } = wrapAISDK(ai)',
    ]
  }
  return [
    ...found.map(([from, [, create]]) => take(project, create, from)),
    take(project, 'wrapProvider', '@retake/ai-sdk'),
    ...found.map(([, [name, create]]) => `const ${name} = wrapProvider(${create}())`),
  ]
}

function problemOf({ dependencies }: Project, name: string): Pick<Step, 'problem'> {
  const library = LIBRARIES.find((each) => each.name === name)
  const installed = library?.packages.find((each) => each in dependencies)
  const problem =
    library && installed && versionProblem(library, installed, dependencies[installed] ?? '')
  return problem === undefined ? {} : { problem }
}
