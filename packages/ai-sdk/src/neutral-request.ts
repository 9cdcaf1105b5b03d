import type { CallParameters } from './model.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * What a model is asked, in the words of all specifications: without headers, signals, and what says the same as
 * leaving it out. Two majors of the SDK that ask the same come to the same request, and so do a question for a
 * whole answer and one for a stream: the operation of a call tells those apart.
 *
 * @see docs/decisions/0021-answers-across-specifications.md
 */
export function neutralRequest(method: string, parameters: CallParameters): Fields {
  const { headers: _headers, abortSignal: _signal, includeRawChunks, ...asked } = parameters
  return {
    method: method === 'doStream' ? 'doGenerate' : method,
    ...asked,
    ...(includeRawChunks === true ? { includeRawChunks } : {}),
    ...(isChoiceOfNothing(asked) ? { toolChoice: undefined } : {}),
    ...(Array.isArray(asked.tools) ? { tools: asked.tools.map(neutralTool) } : {}),
    ...(Array.isArray(asked.prompt) ? { prompt: asked.prompt.map(neutralMessage) } : {}),
  }
}

// From v4 on a choice is made also where there are no tools.
function isChoiceOfNothing({ tools, toolChoice }: Fields): boolean {
  return tools === undefined && isObject(toolChoice) && toolChoice.type === 'auto'
}

// Up to v2, tools of the provider are called otherwise.
function neutralTool(tool: unknown): unknown {
  return isObject(tool) && tool.type === 'provider-defined' ? { ...tool, type: 'provider' } : tool
}

function neutralMessage(message: unknown): unknown {
  if (!isObject(message) || !Array.isArray(message.content)) return message
  return { ...message, content: message.content.map(neutralPart) }
}

function neutralPart(part: unknown): unknown {
  if (!isObject(part)) return part
  if (part.type === 'file') return { ...part, data: neutralData(part.data) }
  const { output } = part
  if (part.type !== 'tool-result' || !isObject(output) || !Array.isArray(output.value)) return part
  return { ...part, output: { ...output, value: output.value.map(neutralOutput) } }
}

// From v4 on it says what it is.
function neutralData(data: unknown): unknown {
  if (!isObject(data)) return data
  if (data.type === 'data') return data.data
  return data.type === 'url' ? data.url : data
}

// A file that a tool gave is told by its type up to v3, by its data from v4 on.
function neutralOutput(part: unknown): unknown {
  if (!isObject(part) || part.type !== 'file' || !isObject(part.data)) return part
  const { data: file, ...rest } = part
  if (file.type === 'data') return { ...rest, type: 'file-data', data: file.data }
  if (file.type === 'url') return { ...rest, type: 'file-url', url: String(file.url) }
  return file.type === 'reference' ? { ...rest, type: 'file-id', fileId: file.reference } : part
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
