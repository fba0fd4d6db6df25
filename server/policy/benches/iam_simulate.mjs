// iam-simulate over a set of requests, for side_by_side.py: `node iam_simulate.mjs FOLDER SET`, FOLDER being where
// the package is installed. Its core engine alone, policies parsed before, as that is the fastest it has.
// Prints {"cpu": seconds, "answers": [decision, …]}.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(resolve(folder), "node_modules/@cloud-copilot", path)).href);
const engine = "iam-simulate/dist/esm";
const { authorize } = await load(`${engine}/core_engine/CoreSimulatorEngine.js`);
const { AwsRequestImpl } = await load(`${engine}/request/request.js`);
const { RequestContextImpl } = await load(`${engine}/requestContext.js`);
const { DiscoveryContextKeyConstraints } = await load(`${engine}/context_keys/discoveryContextKeyConstraints.js`);
const { loadPolicy } = await load("iam-policy/dist/esm/index.js");

const { policies, requests } = JSON.parse(readFileSync(file, "utf8"));
const parsed = (list) => (list ?? []).map((it, n) => loadPolicy(it, { name: `policy ${n}` }));
const levels = (list) => (list ?? []).map((it, n) => ({ orgIdentifier: `level ${n}`, policies: parsed(it) }));
// It wants the policy that AWS attaches beside all others.
const full = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }] };
const rcps = (policies.rcps ?? []).map((level) => [...level, full]);
const stack = {
  sessionPolicy: policies.session ? parsed([policies.session])[0] : undefined,
  identityPolicies: parsed(policies.identity),
  serviceControlPolicies: levels(policies.scps),
  resourceControlPolicies: levels(rcps),
  resourcePolicy: policies.resource ? parsed([policies.resource])[0] : undefined,
  permissionBoundaries: policies.boundary ? parsed(policies.boundary) : undefined,
  vpcEndpointPolicies: policies.vpce ? parsed(policies.vpce) : undefined,
  simulationParameters: {
    simulationMode: "Strict",
    discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
  },
};
const asked = requests.map((it) => {
  const resource = { resource: it.resource, accountId: it.resourceAccount };
  return new AwsRequestImpl(it.principal, resource, it.action, new RequestContextImpl(it.context));
});

const answer = () => asked.map((request) => authorize({ ...stack, request }).result);
answer(); // Compiled before it is measured.
const before = process.cpuUsage();
const answers = answer();
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpu: (user + system) / 1e6, answers }));
