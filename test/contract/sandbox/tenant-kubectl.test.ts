import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { adminKubeconfig, completeGroup, type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";

// A user of a cluster with kubectl; one cluster for all tests, a namespace for each.

const run = promisify(execFile);

let directory: string;
let sandbox: Sandbox;
let client: SandboxClient;
let count = 0;
let namespace: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hikube-tenant-kubectl-"));
  await chmod(directory, 0o700);
  sandbox = await startSandbox({ profile: "1.6.2", speed: 100 });
  client = sandboxClient(sandbox);
  const web = completeGroup("1.6.2", { minReplicas: 2, roles: ["ingress-nginx"] });
  const gpu = completeGroup("1.6.2", { minReplicas: 0, maxReplicas: 1, gpus: [{ name: "nvidia.com/AD102GL_L40S" }] });
  const addons = { certManager: { enabled: true }, ingressNginx: { enabled: true, exposeMethod: "Proxied" } };
  await client.create("prod", { version: "v1.34", nodeGroups: { gpu, web }, addons });
  await client.until("prod", "True");
  await writeFile(join(directory, "config"), await adminKubeconfig(client, sandbox, "prod"), { mode: 0o600 });
  await kubectl("wait", "--for=create", "ingressclass/nginx", "crd/certificates.cert-manager.io", "--timeout=10m");
});

afterAll(async () => {
  client.close();
  await sandbox.stop();
  await rm(directory, { recursive: true });
});

beforeEach(async () => {
  count += 1;
  namespace = `test-${count}`;
  await kubectl("create", "namespace", namespace);
});

afterEach(async () => {
  await kubectl("delete", "namespace", namespace, "--wait=false");
});

const environment = () => ({ ...process.env, HOME: directory, KUBECONFIG: join(directory, "config") });

/** The output of kubectl; an error holds what it wrote to standard error. */
async function kubectl(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run("kubectl", args, { env: environment(), cwd: directory });
  return stdout + stderr;
}

const inside = (...args: string[]) => kubectl("-n", namespace, ...args);

async function manifest(name: string, text: string): Promise<string> {
  await writeFile(join(directory, `${name}.yaml`), text);
  return join(directory, `${name}.yaml`);
}

const deployment = (image: string, replicas = 2) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: ${image}
          ports: [{ containerPort: 80 }]
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 128Mi } }
`;

const service = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
`;

const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`;

describe("kubectl in a tenant cluster", () => {
  test("applies a stack, waits for it, shows and describes it", async () => {
    const file = await manifest("stack", [deployment("nginx:1"), service, ingress].join("---"));
    expect(await inside("apply", "-f", file)).toContain("deployment.apps/web created");
    expect(await inside("rollout", "status", "deployment/web")).toContain("successfully rolled out");
    expect(await inside("apply", "-f", file)).toBe(
      "deployment.apps/web unchanged\nservice/web unchanged\ningress.networking.k8s.io/web unchanged\n",
    );
    await inside("wait", "--for=condition=Available", "deployment/web", "--timeout=10m");
    await inside(
      "wait",
      "--for=jsonpath={.status.loadBalancer.ingress[0].ip}",
      "service/web",
      "ingress/web",
      "--timeout=10m",
    );
    expect(await inside("get", "deployment,pods,service,ingress", "-o", "wide")).toMatch(
      /pod\/web-\w+-\w+ +1\/1 +Running/,
    );
    expect(await inside("get", "all")).toContain("replicaset.apps/web-");
    const described = await inside("describe", "deployment", "web");
    expect(described).toMatch(/Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable/);
    expect(described).toMatch(/Normal +ScalingReplicaSet .* Scaled up replica set web-\w+ from 0 to 2/);
    expect(await inside("describe", "service", "web")).toMatch(/Endpoints: +10\.243\.\d+\.\d+:80,10\.243\.\d+\.\d+:80/);
    expect(await inside("logs", "deployment/web")).toContain("nginx:1 started");
    const [node = ""] = (await inside("get", "pods", "-o", "jsonpath={.items[*].spec.nodeName}")).split(" ");
    const nodeText = await kubectl("describe", "node", node);
    expect(nodeText).toMatch(new RegExp(`${namespace} +web-`));
    expect(nodeText).toMatch(/cpu +\d00m \(\d+%\)/);
  });

  test("changes what it has applied by every kind of patch, and rolls it out and back", async () => {
    const file = await manifest("web", deployment("nginx:1"));
    await inside("apply", "-f", file);
    expect(await inside("apply", "-f", await manifest("web", deployment("nginx:2")))).toContain("configured");
    await inside("rollout", "status", "deployment/web");
    await inside("set", "image", "deployment/web", "web=nginx:3");
    await inside("rollout", "status", "deployment/web");
    await inside("rollout", "undo", "deployment/web");
    const image = "jsonpath={.spec.template.spec.containers[0].image}";
    expect(await inside("get", "deployment", "web", "-o", image)).toBe("nginx:2");
    await inside(
      "patch",
      "deployment",
      "web",
      "-p",
      '{"spec":{"template":{"spec":{"containers":[{"name":"web","tty":true}]}}}}',
    );
    await inside(
      "patch",
      "deployment",
      "web",
      "--type=json",
      "-p",
      '[{"op":"replace","path":"/spec/revisionHistoryLimit","value":1}]',
    );
    await inside("patch", "deployment", "web", "--type=merge", "-p", '{"metadata":{"labels":{"tier":"front"}}}');
    await inside("scale", "deployment", "web", "--replicas=3");
    await inside("annotate", "deployment", "web", "team=shop");
    await inside("rollout", "status", "deployment/web");
    const shown = JSON.parse(await inside("get", "deployment", "web", "-o", "json"));
    expect(shown).toMatchObject({
      metadata: { labels: { app: "web", tier: "front" }, annotations: { team: "shop" } },
      spec: {
        replicas: 3,
        revisionHistoryLimit: 1,
        template: { spec: { containers: [{ image: "nginx:2", tty: true }] } },
      },
      status: { readyReplicas: 3 },
    });
    expect(await inside("delete", "deployment", "web")).toContain('deployment.apps "web" deleted');
    await inside("wait", "--for=delete", "pods", "--all", "--timeout=10m");
  });

  test("applies on the server, takes over from the client's apply, and is told of conflicts", async () => {
    const file = await manifest("web", deployment("nginx:1"));
    await inside("apply", "-f", file);
    expect(await inside("apply", "--server-side", "-f", file)).toContain("serverside-applied");
    await inside("scale", "deployment", "web", "--replicas=4");
    await expect(inside("apply", "--server-side", "-f", file)).rejects.toThrow(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
    await inside("apply", "--server-side", "--force-conflicts", "-f", file);
    expect(await inside("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}")).toBe("2");
    expect(await inside("diff", "--server-side", "-f", file)).toBe("");
  });

  test("is refused unknown fields and invalid objects, and dry runs change nothing", async () => {
    const wrong = await manifest("wrong", deployment("nginx:1").replace("replicas:", "replica:"));
    await expect(inside("apply", "-f", wrong)).rejects.toThrow('strict decoding error: unknown field "spec.replica"');
    const invalid = await manifest("invalid", deployment("nginx:1").replace("name: web\n", "name: Web\n"));
    await expect(inside("apply", "-f", invalid)).rejects.toThrow(
      'The Deployment "web" is invalid: spec.template.spec.containers[0].name: Invalid value: "Web"',
    );
    const right = await manifest("right", deployment("nginx:1"));
    expect(await inside("apply", "--dry-run=server", "-f", right)).toContain("created (server dry run)");
    expect(await inside("get", "deployments")).toContain("No resources found");
  });

  test("explains what is served, custom resources too", async () => {
    expect(await kubectl("explain", "deployment.spec.strategy.rollingUpdate")).toContain("maxSurge");
    expect(await kubectl("explain", "certificates.cert-manager.io")).toContain("KIND:       Certificate");
    expect(await kubectl("api-resources", "--api-group=networking.k8s.io", "-o", "name")).toBe(
      "ingressclasses.networking.k8s.io\ningresses.networking.k8s.io\nnetworkpolicies.networking.k8s.io\n",
    );
  });

  test("makes objects of cert-manager and shows their columns", async () => {
    const text = `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: shop }
spec: { secretName: shop-tls, dnsNames: [shop.example.com], issuerRef: { name: ca } }
`;
    expect(await inside("apply", "-f", await manifest("certificate", text))).toContain(
      "certificate.cert-manager.io/shop created",
    );
    expect(await inside("apply", "-f", await manifest("certificate", text))).toContain("unchanged");
    const [header = ""] = (await inside("get", "certificates")).split("\n");
    expect(header.trim().split(/\s+/)).toEqual(["NAME", "READY", "AGE"]);
  });

  test("runs a job on a GPU node that the autoscaler adds", async () => {
    const text = `
apiVersion: batch/v1
kind: Job
metadata: { name: train }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: train, image: "train:1", resources: { limits: { nvidia.com/gpu: 1 } } }]
`;
    await inside("apply", "-f", await manifest("job", text));
    await inside("wait", "--for=condition=Complete", "job/train", "--timeout=10m");
    expect(await inside("get", "pods", "-o", "wide")).toMatch(/train-\w+ +0\/1 +Completed .* kubernetes-prod-gpu-/);
    expect(await inside("get", "events")).toContain("TriggeredScaleUp");
  });

  test("creates objects by command, in Kubernetes' binary encoding", async () => {
    await inside("create", "configmap", "settings", "--from-literal=mode=fast");
    await inside("create", "secret", "generic", "login", "--from-literal=password=x");
    await inside("create", "deployment", "web", "--image=nginx:1", "--replicas=1", "--port=80");
    await inside("create", "serviceaccount", "robot");
    await inside("create", "role", "reader", "--verb=get,list", "--resource=pods");
    await inside("create", "rolebinding", "reader", "--role=reader", `--serviceaccount=${namespace}:robot`);
    await inside("create", "job", "once", "--image=busybox:1", "--", "true");
    await inside("create", "ingress", "web", "--class=nginx", "--rule=shop.example.com/*=web:80");
    await inside("expose", "deployment", "web", "--port=80");
    await inside("rollout", "status", "deployment/web");
    expect(await inside("get", "configmap", "settings", "-o", "jsonpath={.data.mode}")).toBe("fast");
    expect(await inside("get", "secret", "login", "-o", "jsonpath={.data.password}")).toBe("eA==");
    expect(await inside("get", "role", "reader", "-o", "jsonpath={.rules[0].verbs}")).toBe('["get","list"]');
    expect(
      await inside(
        "get",
        "ingress",
        "web",
        "-o",
        "jsonpath={.spec.rules[0].http.paths[0].backend.service.port.number}",
      ),
    ).toBe("80");
    await inside("wait", "--for=condition=Complete", "job/once", "--timeout=10m");
  });
});
