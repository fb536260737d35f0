// Judges a batch of requests: JSON on stdin, verdicts on stdout. See ../simulator.py.
//
// A test-time tool. iam-simulate is AGPL-3.0: it is installed into a cache folder by the tests,
// run as a process of its own, and no part of the package that is shipped.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(`${process.argv[2]}/package.json`)
const found = require.resolve('@cloud-copilot/iam-simulate')
const { runSimulation, runUnsafeSimulation } = await import(pathToFileURL(found).href)

let text = ''
for await (const chunk of process.stdin) text += chunk
const { policies, cases, strict } = JSON.parse(text)
const named = (names) => names.map((name) => ({ name, policy: policies[name] }))

async function judge(one) {
  const simulation = {
    request: {
      principal: one.principal,
      action: one.action,
      resource: { resource: one.resource, accountId: one.account },
      contextVariables: one.context
    },
    identityPolicies: named(one.identity),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: one.trust ? policies[one.trust] : undefined,
    permissionBoundaryPolicies: one.boundary ? named([one.boundary]) : undefined
  }
  // The quick way cannot take a policy of what is asked for.
  if (!strict && !one.trust) return runUnsafeSimulation(simulation, {})
  const answer = await runSimulation(simulation, {})
  if (answer.resultType === 'error') return `error: ${JSON.stringify(answer.errors)}`
  return answer.overallResult ?? `error: ${JSON.stringify(answer)}`
}

const verdicts = []
for (const one of cases) {
  try {
    verdicts.push(await judge(one))
  } catch (error) {
    verdicts.push(`error: ${error.message}`)
  }
}
process.stdout.write(JSON.stringify(verdicts))
