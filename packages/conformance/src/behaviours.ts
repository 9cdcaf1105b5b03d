/**
 * What Retake promises, one sentence each. Every one of them has one test, which runs it from end to end
 * through what the packages export.
 */
export const BEHAVIOURS = {
  // Sessions
  'session:outside': 'Outside of a session calls are simply made, and nothing is recorded.',
  'session:joins-outer': 'A session that is opened inside another one joins it, as a span of it.',
  'session:traced': 'A traced function opens a session of its name each time it is called.',
  'session:failure':
    'A session whose function throws is a failure for that reason, and the error reaches the caller.',
  'session:end': 'A session ends as the app says, whatever its function returns.',
  'session:notes':
    'Decisions, scores, messages, errors and events are kept in order, where they happened.',
  'session:changes': 'Tags and metadata that change while a session runs are read back with it.',
  'session:wait-until': 'A session stays open for promises that it was given to wait for.',
  'session:late': 'Work that starts when a session is over is appended to it, and counted as late.',
  'session:sampling': 'A session that is not sampled leaves nothing behind, unless it fails.',
  'session:keep': 'A session that nobody wants to keep is removed when it has ended.',
  'session:two-writers':
    'A process that inherits a session writes to it, and in a replay gets its own calls.',

  // Scope
  'scope:two-copies': 'Two copies of the package in one process share one session.',
  'scope:covers': 'A tool that is served covers the calls that were recorded beneath it.',
  'scope:leaf': 'A call that is made beneath a model call is part of that, and recorded once.',
  'scope:one-event':
    'What an adapter of an SDK records is not recorded again by the fetch beneath it.',
  'scope:spans': 'Calls lie beneath the spans, tools and scopes that enclose them.',

  // Gate
  'gate:closed': 'Where the environment does not allow it, a replay in code is refused by name.',
  'gate:inherited': 'A session id in the environment is taken over.',

  // Capture and redaction
  'capture:secrets': 'No credential reaches a journal, a cassette or a report.',
  'capture:secrets-in-misses': 'No credential is repeated in the message of a miss.',
  'capture:secrets-match':
    'A request with a credential in it is found again, whichever credential it is.',
  'capture:personal-data':
    'Personal data is removed where that was asked for, and the report flags answers that it changed.',
  'capture:metadata':
    'A session that was captured as metadata holds no content, and is not replayed.',
  'capture:fields':
    'Fields that are left out are not stored, and calls without them are not served.',
  'capture:unstorable':
    'A value that cannot be stored reaches the app, and is refused in a replay.',
  'capture:broken-store': 'A store that fails is reported once, and never breaks the app.',
  'capture:private-files': 'Journals can be read by their owner only.',

  // Values
  'values:rich': 'Dates, bytes, maps, big integers and their like come back as they were.',
  'values:sync': 'A function that returns at once returns at once in a replay.',
  'values:nothing': 'A call that gives undefined or null gives just that in a replay.',
  'values:errors': 'Errors come back with their class, their fields and their cause.',
  'values:thrown': 'Thrown values that are no errors come back as they are.',
  'values:retry': 'A failure and its retry come back one after the other.',
  'values:copies': 'What an app does to a value changes neither the recording nor later replays.',

  // Streams
  'streams:parts': 'A stream gives the same parts, after the same opening.',
  'streams:iterables': 'A tool that yields its result gives the same steps.',
  'streams:on-demand': 'A recorded stream is not read ahead, and passes a cancel on to its source.',
  'streams:broken-off': 'A stream that was broken off is served as far as it was read.',
  'streams:error': 'A stream that failed fails at the same part.',
  'streams:aborted': 'The recording of an aborted stream never simply ends.',
  'streams:too-long': 'A stream beyond the limit reaches the app, and is refused in a replay.',
  'streams:lazy': 'What a stream does while it is read belongs to the call that opened it.',
  'streams:unread': 'A stream that is not read to its end does not keep its session open for ever.',

  // Matching
  'match:strict:edited-request-misses':
    'In strict mode a request in which one character or one field was changed is never served.',
  'match:strict:edited-program-misses':
    'In strict mode a program in which one request was changed is never served its answer.',
  'match:strict:edited-langchain-misses':
    'In strict mode a request of a LangChain model with one thing changed is never served.',
  'match:strict:edited-http-misses':
    'In strict mode an HTTP request with one thing changed is never served.',
  'match:strict:neutral-changes': 'The order of keys and undefined fields make no other request.',
  'match:relocated': 'A call that moved to another place is served, and counted as relocated.',
  'match:never-repeats': 'A recording is served once, however often it is asked for.',
  'match:ordinal': 'An equal call keeps its own answer when the one before it was edited.',
  'match:shape': 'A whole answer is never served for a stream, nor the answer of another model.',
  'match:tool-call-id':
    'Equal calls of a tool are told apart by the ids that recorded answers gave them.',
  'match:lenient:flags':
    'In lenient mode an edited request is served, and flagged with what differs.',
  'match:lenient:guard': 'In lenient mode another request is not served for an edited one.',
  'match:position':
    'In position mode the Nth call of a name is served, and flagged where it differs.',

  // Position
  'position:nth':
    'The Nth call of a name gets the Nth answer, whatever it asks, and is flagged where it differs.',
  'position:counts-apart': 'Whole answers, streams and tools are counted each by themselves.',
  'position:miss': 'A call beyond the last recorded one is a miss, also where the app catches it.',
  'position:leftover':
    'Answers nobody asked for are an error, unless the app failed: that error comes first.',
  'position:errors': 'A recorded failure is thrown again, with its message and its code.',
  'position:failure-without-detail':
    'A recorded failure of which nothing else is known is never served as a success.',
  'position:no-snapshots': 'A session that holds no answers is refused before anything runs.',
  'position:explicit-session':
    'A replay inside another one serves its own session, and leaves the outer one in step.',
  'position:joins-outer': 'Sessions that open inside a replay are served, and never go live.',
  'position:no-warnings': 'Calls of one name, one after the other, are nothing to warn of.',
  'position:parallel':
    'Parallel calls that start in another order get their own answers, or are flagged.',
  'position:gate': 'Each value that opens the gate opens it.',
  'position:http':
    'By header, behind every framework: the same answer, leftovers are told, and refusals by status.',

  // Delivery order
  'order:sleep': 'A replay does not sleep, and keeps what came out first.',
  'order:unrecorded-work':
    'Work that is not recorded does not change which answer a parallel call gets.',
  'order:broken-off-early': 'A stream that is broken off sooner than it was holds nobody up.',
  'order:parts': 'Parts of streams that run side by side come in their recorded order.',

  // Misses, leftovers, forks
  'miss:message': 'A miss names the call, the nearest recording, what differs, and what to try.',
  'miss:refuses-all':
    'After a miss nothing is served or run any more, whatever the app makes of it.',
  'miss:shape':
    'A miss comes in the shape of the answer: thrown, rejected, or as a failing stream.',
  'miss:live': 'With policy live only the call without a recording is made.',
  'miss:live-after':
    'With policy live-after all calls beneath the same path are made from there on.',
  'leftover:error': 'A replay that leaves recordings over fails, and names them.',
  'leftover:policies':
    'Leftovers only warn in lenient mode, or are ignored where that was asked for.',
  'leftover:hides-nothing': 'An error of the app comes before leftovers.',
  'fork:prefix':
    'A fork serves calls up to its cut, goes live from there, and leaves its parent alone.',
  'fork:replay': 'A fork is a session of its own, and is replayed as it went.',

  // Effects, tools, pending calls, aborts
  'effects:values': 'Times, random numbers and ids come out as recorded.',
  'effects:once': 'An effect is not repeated by a replay.',
  'tools:live': 'A tool with policy live runs, and the calls that it makes are served.',
  'tools:compare': 'A tool with policy compare runs, and the report tells how its outcome differs.',
  'pending:in-flight': 'A call that was in flight at the end stays so, until it is aborted.',
  'pending:cut-off': 'A call that was in flight when the recording stopped is missed.',
  'aborts:call': 'A call that was aborted waits for its caller to abort it again.',

  // Stores and cassettes
  'stores:list': 'Sessions are listed with how they went, and are gone when they are removed.',
  'stores:refusals': 'A session that is unknown, expired or corrupt is refused by name.',
  'stores:replay-of-replay': 'The replay of a replay replays what that one replayed.',
  'stores:restart': 'Another process replays what a directory holds.',
  'cassette:empty-diff': 'Recording the same answers again changes nothing below the header.',
  'cassette:blobs': 'Long texts and bytes lie beside a cassette, under their hash.',
  'cassette:corrupt': 'A cassette that was damaged is refused, never replayed as an empty one.',
  'cassette:golden':
    'What any version of the format has recorded is replayed just as it was, from cassettes and journals.',
  'cassette:edited': 'An answer that was edited in a cassette is what a replay serves.',

  // HTTP and SDKs
  'http:agent':
    'An agent behind a server is replayed by a header, with its provider gone: Express, Hono, fetch.',
  'http:other-server': 'What one framework recorded is replayed behind another one.',
  'http:test': 'A session of a server can be committed, and replayed in a test without the server.',
  'ai-sdk:agent':
    'An agent loop of the AI SDK, with its tools, is replayed without provider and tools.',
  'ai-sdk:stream': 'A streamed answer of the AI SDK has the same parts.',
  'ai-sdk:errors':
    'A refused call of the AI SDK fails with an error that the SDK knows as its own.',
  'ai-sdk:miss': 'An edited prompt fails the replay, though streamText swallows errors.',

  // Crowds
  'crowd:servers':
    'Two hundred requests at once, recorded and replayed side by side: each gets its own, whatever serves them.',
  'crowd:streams-read-late':
    'Streams that are read when their sessions are over, side by side, belong to whom they belong.',
  'crowd:misses-stay-apart': 'A miss fails its own replay, and none that runs beside it.',

  // Real answers
  'corpus:streams':
    'Every recorded stream of a real provider comes back part for part through its own package.',
  'corpus:answers': 'Every recorded answer of a real provider comes back through its own package.',
  'corpus:unread': 'Recorded answers that no package reads are listed, each with its reason.',
  'corpus:http':
    'Recorded streams come back byte for byte, cut as they were, to the clients of OpenAI and Anthropic.',
  'corpus:tokens':
    'The tokens that a recorded request tells are those that the package of the provider reads.',
  'corpus:teeth':
    'A call of a provider package, or a body that it sent, is never served with one thing changed.',

  // Random programs
  'property:identity':
    'Any program is replayed as it was: values, errors, and the order in which it sees them.',
  'property:launch-order':
    'Calls with requests of their own get their answers in whatever order they start.',
  'property:launch-order-keyed': 'Keyed branches get their answers in whatever order they start.',
  'property:duplicates': 'Equal calls in parallel get back the same answers, each of them once.',
  'property:duplicates-in-turn': 'Equal calls one after the other get back the same sequence.',
  'property:races': 'The winner of a race wins again, also when two complete in one turn.',
  'property:instant':
    'Programs whose answers need no waiting are replayed as they were, down to the order of each step.',
  'property:no-deadlock':
    'A replay ends, whichever calls were added to a program or taken out of it.',
  'property:sticky-miss':
    'A miss fails the replay though the app catches everything, and is tried once.',
  'property:leftovers': 'Leftover is what was recorded, and neither served nor in flight.',
  'property:isolation': 'Sessions and replays that run at the same time do not mix.',
  'property:handed-over': 'A stream belongs to the session that opened it, whoever reads it.',
  'property:neutral':
    'Keys in another order, undefined fields and minus zero make no other request.',
  'property:redacted-twice':
    'A redacted request is found as the one that it was made of, and redacting it changes nothing.',
  'property:secrets':
    'Whatever an app leaks where: no secret is on the disk, in an error, a report, a log or a cassette.',
  'property:values':
    'Whatever a tool gives or throws comes back strictly equal, or is refused, and never differs.',
  'property:aborts':
    'A stream that was given up is served as far as it was read, and never beyond that.',
  'property:fork':
    'A fork makes just the calls past its cut, wherever that is, and its parent stays as it was.',
  'property:splits':
    'However a network cuts a stream: parts, bytes and their boundaries come back as they were.',
  'property:failures':
    'Refusals, timeouts and broken connections come back as the same errors, as often as they came.',
  'property:closed-gate':
    'With a closed gate no replay header changes anything, and no session is looked up for it.',
  'property:hostile':
    'Damaged or hostile files give an error of ours or a replay that ends, and touch nothing else.',
  'property:cassettes':
    'A cassette that is read and written again is the same, byte for byte, and replays the same.',
  'property:crash':
    'A journal that was cut off at any byte is a readable prefix, with right answers.',
} as const

export type BehaviourId = keyof typeof BEHAVIOURS
