import type { Command } from '../frame/command.js';
import { addOnsAttach } from './addons/attach.js';
import { addOnsCreate } from './addons/create.js';
import { addOnsDetach } from './addons/detach.js';
import { addOnsList } from './addons/list.js';
import { addOnsRemove } from './addons/remove.js';
import { appsCreate } from './apps/create.js';
import { appsDestroy } from './apps/destroy.js';
import { appsInfo } from './apps/info.js';
import { appsList } from './apps/list.js';
import { open } from './apps/open.js';
import { appsSet } from './apps/set.js';
import { configEdit } from './config/edit.js';
import { configGet } from './config/get.js';
import { configImport } from './config/import.js';
import { configList } from './config/list.js';
import { configSet } from './config/set.js';
import { configUnset } from './config/unset.js';
import { cancel } from './deploy/cancel.js';
import { connect } from './connection/connect.js';
import { connectionDeploy } from './connection/deploy.js';
import { connectionInfo } from './connection/info.js';
import { disconnect } from './connection/disconnect.js';
import { deploy } from './deploy/deploy.js';
import { plan } from './deploy/plan.js';
import { deploymentsList } from './deployments/list.js';
import { deploymentsLog } from './deployments/log.js';
import { rebuild } from './deployments/rebuild.js';
import { deploymentsRetry } from './deployments/retry.js';
import { deploymentsTimeline } from './deployments/timeline.js';
import { domainsAdd } from './domains/add.js';
import { domainsList } from './domains/list.js';
import { domainsRemove } from './domains/remove.js';
import { volumesList } from './volumes/list.js';
import { volumesRm } from './volumes/rm.js';
import { drainsAdd } from './drains/add.js';
import { drainsList } from './drains/list.js';
import { drainsRemove } from './drains/remove.js';
import { gitCredential } from './git/credential.js';
import { init } from './git/init.js';
import { gitRemote } from './git/remote.js';
import { commit } from './instances/commit.js';
import { cp } from './instances/cp.js';
import { exec } from './instances/exec.js';
import { rm } from './instances/rm.js';
import { run } from './instances/run.js';
import { start } from './instances/start.js';
import { ps } from './instances/ps.js';
import { restart } from './instances/restart.js';
import { sleep } from './instances/sleep.js';
import { wake } from './instances/wake.js';
import { scale } from './instances/scale.js';
import { releasesDiff } from './releases/diff.js';
import { cronList } from './jobs/cron.js';
import { cronRun } from './jobs/cron-run.js';
import { jobCancel } from './jobs/cancel.js';
import { jobInfo } from './jobs/info.js';
import { jobLogs } from './jobs/logs.js';
import { jobRun } from './jobs/run.js';
import { jobsList } from './jobs/list.js';
import { mirrorsList } from './mirrors/list.js';
import { mirrorsSet } from './mirrors/set.js';
import { releasesInfo } from './releases/info.js';
import { releasesList } from './releases/list.js';
import { previewsConfig } from './previews/config.js';
import { previewsList } from './previews/list.js';
import { promote } from './releases/promote.js';
import { rollback } from './releases/rollback.js';
import { rollout } from './releases/rollout.js';
import { split } from './releases/split.js';
import { login } from './session/login.js';
import { logout } from './session/logout.js';
import { whoami } from './session/whoami.js';
import { completeWith } from './shell/complete.js';
import { completion } from './shell/completion.js';
import { stacksList } from './stacks/list.js';
import { stacksRebuild } from './stacks/rebuild.js';
import { teamAdd } from './team/add.js';
import { teamCreate } from './team/create.js';
import { teamList } from './team/list.js';
import { teamMembers } from './team/members.js';
import { teamInvitations } from './team/invitations.js';
import { teamInvite } from './team/invite.js';
import { teamQuota } from './team/quota.js';
import { teamRemove } from './team/remove.js';
import { teamRole } from './team/role.js';
import { teamUse } from './team/use.js';
import { tokensCreate } from './tokens/create.js';
import { tokensList } from './tokens/list.js';
import { tokensRevoke } from './tokens/revoke.js';
import { disk } from './watch/disk.js';
import { events } from './watch/events.js';
import { explain } from './watch/explain.js';
import { logs } from './watch/logs.js';
import { status } from './watch/status.js';
import { webhooksAdd } from './webhooks/add.js';
import { webhooksDeliveries } from './webhooks/deliveries.js';
import { webhooksList } from './webhooks/list.js';
import { webhooksRemove } from './webhooks/remove.js';
import { webhooksReplay } from './webhooks/replay.js';
import { webhooksSet } from './webhooks/set.js';
import { webhooksTest } from './webhooks/test.js';

/** Every command, in the order of help. commands.test.ts sees to it that no file below this folder is forgotten. */
export const commands: readonly Command[] = [
  login,
  logout,
  whoami,
  init,
  gitRemote,

  plan,
  deploy,
  deploymentsList,
  deploymentsTimeline,
  deploymentsLog,
  deploymentsRetry,
  rebuild,
  cancel,
  releasesList,
  releasesInfo,
  releasesDiff,
  rollback,
  promote,
  split,
  rollout,
  previewsList,
  previewsConfig,
  connect,
  connectionInfo,
  connectionDeploy,
  disconnect,

  appsList,
  appsCreate,
  appsInfo,
  appsSet,
  scale,
  restart,
  sleep,
  wake,
  open,
  appsDestroy,

  logs,
  ps,
  events,
  explain,
  status,
  webhooksList,
  webhooksAdd,
  webhooksSet,
  webhooksRemove,
  webhooksTest,
  webhooksDeliveries,
  webhooksReplay,
  drainsList,
  drainsAdd,
  drainsRemove,
  disk,

  exec,
  run,
  start,
  rm,
  cp,
  commit,
  jobsList,
  jobRun,
  jobInfo,
  jobLogs,
  jobCancel,
  cronList,
  cronRun,
  configList,
  configGet,
  configSet,
  configUnset,
  configImport,
  configEdit,
  domainsList,
  domainsAdd,
  domainsRemove,
  volumesList,
  volumesRm,

  addOnsList,
  addOnsCreate,
  addOnsAttach,
  addOnsDetach,
  addOnsRemove,

  teamList,
  teamCreate,
  teamUse,
  teamQuota,
  teamMembers,
  teamInvite,
  teamInvitations,
  teamAdd,
  teamRole,
  teamRemove,
  tokensList,
  tokensCreate,
  tokensRevoke,

  mirrorsList,
  mirrorsSet,
  stacksList,
  stacksRebuild,
  completion,
  completeWith(() => commands),
  gitCredential,
];
