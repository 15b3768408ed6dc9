/** Sentences of the server's that are no errors, or that errors share, and what varies in them. */
export const sentences: Record<string, string> = {
  // Why an instance, a job or a release does not run.
  'Scaled to 0.': '实例数为 0。',
  'Its container was removed by somebody else.': '容器已被他人移除。',
  'It used more than its {mb} MiB of memory and was ended.': '超出 {mb} MiB 内存限制，已被结束。',
  "It was ended because the host's disk is nearly full and it had written {mb} MB to its own files. Let it keep less, or write to /tmp.":
    '主机磁盘将满，而它已写入 {mb} MB，因此被结束。请减少保留的文件，或写入 /tmp。',
  'It ended with exit code {code}.': '以退出码 {code} 结束。',
  'A process of it used more memory than the instance may, and was ended; the others go on.':
    '其中一个进程超出内存限制，已被结束；其余继续运行。',
  'Its CPU limit of {cpus} holds it back {percent} % of the time.':
    '{cpus} 个 CPU 的限制使它在 {percent}% 的时间里受限。',
  'Its instance is gone.': '它的实例已不存在。',
  'It had not ended after its {seconds} s and was ended.': '{seconds} 秒后仍未结束，已被结束。',
  'It could not be started: {why}': '无法启动：{why}',
  'Berth was restarted while it waited for the answer.': '等待回答时 Berth 重新启动了。',
  'The app answered with status {status}.': '应用回答了状态 {status}。',
  'The app broke its answer off.': '应用中断了回答。',
  'The app had not answered after {seconds} s.': '应用在 {seconds} 秒后仍未回答。',
  'The app could not be asked: {why}': '无法访问应用：{why}',
  'Cancelled by {name}.': '由 {name} 取消。',
  'The app was deleted.': '应用已被删除。',
  'Berth was not running at that moment.': '当时 Berth 没有运行。',
  'The run before it had not ended.': '上一次运行还没有结束。',
  '{count} jobs of the app waited or ran already.': '应用已有 {count} 个任务在等待或运行。',
  'Its time was over.': '时间已到。',
  'Nobody was at its terminal any more.': '已没有人使用它的终端。',
  'Its client left.': '客户端已离开。',
  'Nothing happened for long.': '长时间没有活动。',

  // Why a start failed, and what to do.
  'The app used more than its {mb} MiB of memory and was ended.': '应用超出 {mb} MiB 内存限制，已被结束。',
  'Give it more memory, or let it use less: many runtimes take a limit of their own.':
    '请给它更多内存，或让它少用一些：许多运行时可以自行设置上限。',
  'The start command was not found in the image (exit code 127).': '镜像中找不到启动命令（退出码 127）。',
  'The start command is not executable (exit code 126).': '启动命令不可执行（退出码 126）。',
  'Check the command of the process "{name}": its program must be in the image and executable. A Procfile line "{line}: <command>" sets it.':
    '请检查进程“{name}”的命令：程序必须在镜像中且可执行。可在 Procfile 中用一行“{line}: <command>”设置。',
  'The app ended by itself (exit code 0) before it answered.': '应用在回答之前自行结束（退出码 0）。',
  'The start command must keep running: start the server in the foreground, not in the background.':
    '启动命令必须持续运行：请在前台启动服务器，而不是在后台。',
  'The app ended with exit code {code} before it answered.': '应用在回答之前以退出码 {code} 结束。',
  'Its last lines usually say why. Missing config variables and failing connections are the usual causes.':
    '最后几行通常会说明原因。常见原因是缺少配置变量或连接失败。',
  'Its last lines usually say why.': '最后几行通常会说明原因。',
  'It begins as root and wants to become another user, or to give files to one. Apps have none of root’s capabilities here, so it has to begin as the user that it is to be: write USER in the Dockerfile, or build on an image made for that, such as nginxinc/nginx-unprivileged in place of nginx.':
    '它以 root 启动，并想切换为另一个用户或更改文件的所有者。这里的应用没有 root 的权能，所以必须直接以目标用户启动：请在 Dockerfile 中写 USER，或使用为此准备的镜像，例如用 nginxinc/nginx-unprivileged 代替 nginx。',
  'The app listens on {address} only, where nobody outside its container can reach it.':
    '应用只监听 {address}，容器之外无法访问。',
  'Listen on all interfaces: 0.0.0.0 (or ::), port $PORT.': '请监听所有接口：0.0.0.0（或 ::），端口 $PORT。',
  'The app listens on port {wrong}, but it was told to listen on PORT={port}.':
    '应用监听端口 {wrong}，但应监听 PORT={port}。',
  'Let the {process} process read the port from the environment variable PORT (now {port}).':
    '请让 {process} 进程从环境变量 PORT 读取端口（现在是 {port}）。',
  '{path} answered {status} and not 2xx or 3xx within {seconds} s.':
    '{path} 在 {seconds} 秒内回答 {status}，而不是 2xx 或 3xx。',
  'Let the health path answer 200 once the app can serve, or choose another path.':
    '请让健康检查路径在应用就绪后回答 200，或换一个路径。',
  'The app runs but did not listen on port {port} within {seconds} s.':
    '应用在运行，但在 {seconds} 秒内没有监听端口 {port}。',
  'Listen on 0.0.0.0:$PORT as early as possible; an app that needs longer can be given a longer start time.':
    '请尽早监听 0.0.0.0:$PORT；需要更久的应用可以延长启动时间。',
  'Deploy again: the image is built and pushed anew.': '请重新部署：镜像会重新构建并推送。',
  'The image does not fit this host. Build it for the same architecture.':
    '镜像不适合此主机。请为相同架构构建。',
  'Check the start command: its program must be in the image. In a Procfile, `web: <command>` sets it.':
    '请检查启动命令：程序必须在镜像中。可在 Procfile 中用 `web: <command>` 设置。',
  'The fault is not in your app. Tell whoever runs this platform, and deploy again later.':
    '问题不在你的应用。请告诉平台的管理者，稍后重新部署。',
  'The release command did not succeed. {reason}': '发布命令失败。{reason}',
  'Its last lines usually say why. The release before goes on; mend it and deploy again.':
    '最后几行通常会说明原因。之前的版本继续运行；更正后请重新部署。',
  'The container of the release command was removed by somebody else.': '发布命令的容器已被他人移除。',
  'Deploy again.': '请重新部署。',
  'The release command had not ended after {minutes} minutes.': '发布命令在 {minutes} 分钟后仍未结束。',
  'Run what takes longer apart from the deployment: berth run APP -- COMMAND.':
    '更耗时的工作请单独运行：berth run APP -- COMMAND。',
  'v{fresh} did worse than v{old} with {percent} % of the visitors: {reason}':
    'v{fresh} 在 {percent}% 的访客中不如 v{old}：{reason}',
  '{now} of its {count} requests failed; of the release before {before} did.':
    '它的 {count} 个请求中有 {now} 失败；之前的版本为 {before}。',
  '95 of 100 of its requests took up to {now}; of the release before up to {before}.':
    '它的请求中 95% 在 {now} 内完成；之前的版本为 {before}。',
  'All visitors get v{old} again. The release keeps its own address, where you can look at it.':
    '所有访客重新使用 v{old}。该版本保留自己的地址，可在那里查看。',

  // Why a build failed, and what to do.
  'The step "{title}" ended with exit code {code}.': '步骤“{title}”以退出码 {code} 结束。',
  'The build failed: {reason}': '构建失败：{reason}',
  'Exit code 137 means that it was killed, most often for want of memory.':
    '退出码 137 表示它被强制结束，多半是因为内存不足。',
  'Berth itself failed at this step; the log of the builder says how.':
    'Berth 自身在这一步出错；构建器的日志里有原因。',
  'Retry the deployment. If it fails again, look at the builder’s log.':
    '请重新部署。如果再次失败，请查看构建器的日志。',
  'The build took longer than {seconds} seconds, time that it waited for a processor not counted, and was stopped.':
    '构建超过 {seconds} 秒（不计等待处理器的时间），已停止。',
  'Look at the last lines for what it waited for. The host’s operator can raise BERTH_BUILD_TIMEOUT_S.':
    '请看最后几行在等待什么。主机管理者可以提高 BERTH_BUILD_TIMEOUT_S。',
  '{message} It happened in the step "{title}".': '{message}发生在步骤“{title}”。',
  'The build needed more memory than the {mb} MiB that one build may use, and its processes were stopped.':
    '构建所需内存超过一次构建的 {mb} MiB，其进程已被停止。',
  'Let the build do less at once (fewer workers, a smaller heap), or ask the host’s operator to raise BERTH_BUILD_MEMORY_MB.':
    '请让构建同时少做一些（更少的并行、更小的堆），或请主机管理者提高 BERTH_BUILD_MEMORY_MB。',
  'The build started more than the {pids} processes and threads that one build may have, and was refused more.':
    '构建启动的进程和线程超过一次构建的 {pids} 个，不能再启动更多。',
  'Look for a script that starts itself, or limit the number of workers. The host’s operator can raise BERTH_BUILD_PIDS.':
    '请检查是否有脚本启动自己，或限制并行数。主机管理者可以提高 BERTH_BUILD_PIDS。',
  'The build wrote more than the {mb} MiB of disk that one build may use, and was stopped.':
    '构建写入的磁盘超过一次构建的 {mb} MiB，已停止。',
  'Remove what a step does not need in that same step, and keep large data out of the image. The host’s operator can raise BERTH_BUILD_DISK_MB.':
    '请在同一步骤中删除该步骤不需要的内容，大数据不要放进镜像。主机管理者可以提高 BERTH_BUILD_DISK_MB。',
  'The build was stopped because it left the host less than {mb} MiB of free disk, which running apps need.':
    '构建使主机的空闲磁盘少于运行中的应用所需的 {mb} MiB，已停止。',
  'Write less in the build, or free some disk on the host and retry. The host’s operator can change BERTH_MIN_FREE_DISK_MB.':
    '请让构建少写一些，或在主机上腾出磁盘后重试。主机管理者可以更改 BERTH_MIN_FREE_DISK_MB。',

  // What a deployment waits for, and what its steps say.
  'Waiting to be built: {place}. {hold}': '等待构建：{place}。{hold}',
  'next in line': '下一个',
  'next of {of} in line': '{of} 个中的下一个',
  '{place} of {of} in line': '第 {place} 个，共 {of} 个',
  'A builder takes the next one in a moment.': '构建器马上会接手下一个。',
  '{running} of {most} builds are running.': '{running} 个构建正在运行，最多 {most} 个。',
  'The host has {free} MiB of free disk; {another} starts with {needed} MiB or more.':
    '主机有 {free} MiB 空闲磁盘；有 {needed} MiB 以上时才开始{another}。',
  'The host has {free} MiB of free memory; {another} starts with {needed} MiB or more.':
    '主机有 {free} MiB 空闲内存；有 {needed} MiB 以上时才开始{another}。',
  'The host is busy (load {load} for each processor); {another} starts below {most}.':
    '主机繁忙（每个处理器的负载为 {load}）；低于 {most} 时才开始{another}。',
  'a build': '构建',
  'another build': '另一个构建',
  'The team builds {count} at a time, as an administrator set.': '团队同时构建 {count} 个，由管理员设定。',
  'The worker was lost; the work began anew.': '工作进程丢失，工作重新开始。',
  'A build makes the image.': '由构建制作镜像。',
  'The deployment ended before this was done.': '部署在此之前已结束。',
  'The builder gave the work up; it begins anew.': '构建器放弃了工作，将重新开始。',

  // A quota that is met.
  'The team may have {most}: it has {before} and would have {after}. {remedy}, or ask an administrator for more (berth team quota).':
    '团队{most}：现有 {before}，将有 {after}。{remedy}，或请管理员提高配额（berth team quota）。',
  'at most {count} apps': '最多有 {count} 个应用',
  'at most {count} domains': '最多有 {count} 个域名',
  'at most {count} instances': '最多有 {count} 个实例',
  'instances with {mb} MiB of memory together': '的实例内存合计最多 {mb} MiB',
  'instances with {count} CPUs together': '的实例 CPU 合计最多 {count} 个',
  'image layers of {mb} MiB together': '的镜像层合计最多 {mb} MiB',
  'Delete an app that is not needed': '请删除不需要的应用',
  'Remove a domain that is not needed': '请移除不需要的域名',
  'Scale something down': '请减少实例',
  'Scale something down, or give its instances less memory': '请减少实例，或减少每个实例的内存',
  'Scale something down, or give its instances fewer CPUs': '请减少实例，或减少每个实例的 CPU',
  'Delete an app, or keep fewer releases (berth set --keep-releases)':
    '请删除应用，或少保留一些版本（berth set --keep-releases）',

  // What the disk holds, and why it goes.
  'Its app was deleted.': '应用已被删除。',
  'There is no such app (any more).': '没有这个应用（或已不存在）。',
  'It was brought for a one-off or a build and has not been used since.':
    '为一次性命令或构建取来，之后没有再用。',
  'A newer stack image has taken its place.': '已被更新的语言镜像取代。',
  'A newer copy of this base image has taken its place.': '已被此基础镜像的更新副本取代。',
  'No build asked for this base image in 30 days.': '30 天内没有构建需要此基础镜像。',
  'It has no name any more.': '已没有名称。',
  'The disk is short; the next builds fetch and make these layers anew.':
    '磁盘不足；之后的构建会重新获取并制作这些层。',
  'No image names them.': '没有镜像引用它们。',

  // Addresses that are called.
  'It answered with status {status}.': '对方回答了状态 {status}。',
  'It closed the connection.': '对方关闭了连接。',
  '{count} deliveries waited: it does not take them.': '已有 {count} 次投递在等待：对方没有接收。',
  'Berth could not fetch it; its log tells why.': 'Berth 无法获取；日志里有原因。',
  'No builder waits at the queue.': '没有构建器在等待队列。',
  'It has no connection to the Engine.': '与容器引擎没有连接。',
  'Did not answer within {ms} ms.': '{ms} 毫秒内没有回答。',

  // What is wrong with a field of a form.
  '"{name}" is reserved by the platform; choose another name.': '“{name}”由平台保留，请换一个名称。',
  'A name has 2 to {most} lower-case letters, digits and single hyphens, and starts with a letter.':
    '名称由 2 到 {most} 个小写字母、数字和单个连字符组成，并以字母开头。',
  'A domain is lower-case ASCII labels with dots, e.g. www.example.org, without a port.':
    '域名由小写 ASCII 字母和点组成，例如 www.example.org，不含端口。',
  'A password has at least 10 characters.': '密码至少有 10 个字符。',
  'This is not an image reference, e.g. nginx:1.27.': '镜像名称不正确，例如 nginx:1.27。',
  'This is no http or https address.': '这不是 http 或 https 地址。',
  'Write an address that begins with https:// or http://.': '请写以 https:// 或 http:// 开头的地址。',
  'A path begins with a slash.': '路径以斜杠开头。',
  'A path begins with a slash and has no blanks.': '路径以斜杠开头，不含空格。',
  'The most is not below the fewest.': '最多不能少于最少。',
  'One of them is named twice.': '有一个重复了。',
  'The body does not fit. {where}: {what}': '填写的内容不正确。{where}：{what}',
  'The address or its query does not fit. {where}: {what}': '地址或其参数不正确。{where}：{what}',
  'Invalid email address': '电子邮箱地址不正确',
  'Too small: expected string to have >={count} characters': '至少 {count} 个字符',
  'Too big: expected string to have <={count} characters': '最多 {count} 个字符',
  'Too small: expected number to be >={count}': '不能小于 {count}',
  'Too big: expected number to be <={count}': '不能大于 {count}',
  'Invalid input: expected {expected}, received {received}': '内容不正确',
  'Invalid input': '内容不正确',
};
