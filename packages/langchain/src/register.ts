import { RetakeCallbackHandler } from './handler.ts'

// Arms LangChain, and attaches itself to every session.
void new RetakeCallbackHandler()
