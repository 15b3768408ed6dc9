/**
 * What a plan says of what it chose and why, and a build of what it could not keep. Each text of libs/buildpack is here, parts of sentences
 * too; what is more general stands further down.
 */
export const plans: Record<string, string> = {
  // What is chosen.
  'Base image': '基础镜像',
  'Build arguments': '构建参数',
  'Build command': '构建命令',
  Cron: '定时任务',
  Dependencies: '依赖',
  Environment: '环境变量',
  'Files beside the program': '程序旁的文件',
  Folder: '文件夹',
  Function: '函数',
  Headers: '响应头',
  'Health check': '健康检查',
  Language: '语言',
  Limits: '限制',
  'Package manager': '包管理器',
  Port: '端口',
  Protocol: '协议',
  Redirects: '重定向',
  'Root folder': '根文件夹',
  Runtime: '运行时',
  Scale: '扩缩容',
  'Served folder': '提供的文件夹',
  Server: '服务器',
  Sleep: '休眠',
  'Start command': '启动命令',
  'Time to start': '启动时限',
  Toolchain: '工具链',
  'Unknown paths': '未知路径',
  User: '用户',
  Volume: '卷',
  'Static site': '静态站点',
  'Built site': '构建的站点',

  // How it is.
  none: '无',
  on: '开启',
  off: '关闭',
  'the base image’s own': '基础镜像自带',
  'the root of the source': '源码根目录',
  'the root': '根目录',
  'The root': '根目录',
  'not found (the site’s 404.html if it has one)': '未找到（若站点有 404.html 则用它）',
  'Node.js from {image}': 'Node.js，来自 {image}',
  'Apache, serving {folder}': 'Apache，提供 {folder}',
  'for {count} paths of {file}': '{file} 中的 {count} 个路径',
  '{count} rules of {file}': '{file} 中的 {count} 条规则',
  'frozen after {time}': '{time} 后冻结',
  'stopped after {time}': '{time} 后停止',
  'a waiting page for browsers': '为浏览器显示等待页',
  'no waiting page': '不显示等待页',
  'answered while asleep: agents {agents}': '休眠时代答的客户端：{agents}',
  'answered while asleep: {paths}': '休眠时代答：{paths}',
  'told before it is frozen: {request}': '冻结前告知：{request}',
  'told when it goes on: {request}': '恢复时告知：{request}',
  'at least {count}': '至少 {count}',
  'at most {count}': '最多 {count}',
  '{count} requests at once each': '每个同时处理 {count} 个请求',
  '{count} MiB of memory': '{count} MiB 内存',
  '{count} processes': '{count} 个进程',
  'an answer within {time}': '{time} 内应答',
  'bodies of {count} bytes at most': '请求体最多 {count} 字节',

  // berth.toml and Procfile.
  'berth.toml says so.': 'berth.toml 中写明。',
  'One release has it at a time: the running one is stopped before the next one starts.':
    '同一时间只有一个版本使用它：先停止正在运行的版本，再启动下一个。',
  'berth.toml says so; PORT is set to the same number.': 'berth.toml 中写明；PORT 设为同一个数。',
  'Change it there.': '请在那里更改。',
  'Procfile names this folder.': 'Procfile 指定此文件夹。',
  'Change [{table}] in berth.toml.': '请更改 berth.toml 中的 [{table}]。',
  'Change {key} under [build] in berth.toml.': '请更改 berth.toml 中 [build] 下的 {key}。',
  'Change port under [start] in berth.toml.': '请更改 berth.toml 中 [start] 下的 port。',
  'Change node under [build.versions] in berth.toml.': '请更改 berth.toml 中 [build.versions] 下的 node。',
  'Write publish under [build] in berth.toml.': '请在 berth.toml 的 [build] 下写 publish。',
  'Write command = "…" under [build] in berth.toml.': '请在 berth.toml 的 [build] 下写 command = "…"。',
  'Write command = "…" under [build] in berth.toml; it has to put the program into bin/.':
    '请在 berth.toml 的 [build] 下写 command = "…"；它必须把程序放进 bin/。',
  'Write install = "…" under [build] in berth.toml for another command.':
    '要用别的命令，请在 berth.toml 的 [build] 下写 install = "…"。',
  'Write command = "…" under [start] in berth.toml, or a "start" script in package.json.':
    '请在 berth.toml 的 [start] 下写 command = "…"，或在 package.json 中写 "start" 脚本。',
  'Write command = "…" under [start] in berth.toml, or "web: …" in Procfile.':
    '请在 berth.toml 的 [start] 下写 command = "…"，或在 Procfile 中写 "web: …"。',
  'Write "web: …" in Procfile, or command = "…" under [start] in berth.toml.':
    '请在 Procfile 中写 "web: …"，或在 berth.toml 的 [start] 下写 command = "…"。',
  'Write "web: bin/<program>" in Procfile, or command = "bin/<program>" under [start] in berth.toml.':
    '请在 Procfile 中写 "web: bin/<program>"，或在 berth.toml 的 [start] 下写 command = "bin/<program>"。',
  'Write path = "…" under [health] in berth.toml.': '请在 berth.toml 的 [health] 下写 path = "…"。',
  '{file} says so for "web"{how}.': '{file} 中为 "web" 写明{how}。',
  '; started by /bin/sh because {why}': '；由 /bin/sh 启动，因为{why}',
  'it uses the syntax of a shell': '它使用了 shell 语法',
  'it uses {word}': '它使用了 {word}',
  'the install command of berth.toml may read any file': 'berth.toml 的安装命令可能读取任何文件',
  '{file} is not read: the berth.toml at the top of the source is. Move what it says there.':
    '不会读取 {file}，只读源码顶层的 berth.toml。请把内容移到那里。',
  '{by} says what is started. Also found, and not used: {names}.':
    '{by} 说明了启动什么。还发现但未使用：{names}。',
  'Write language = "{name}" under [build] in berth.toml, or root = "…" when the app is in a folder.':
    '请在 berth.toml 的 [build] 下写 language = "{name}"；应用在文件夹中时写 root = "…"。',
  'Berth tells the app in PORT where to listen.': 'Berth 通过 PORT 告诉应用监听哪里。',
  'Berth tells the {who} in PORT where to listen.': 'Berth 通过 PORT 告诉服务器监听哪里。',
  'Dependencies are installed anew for each change of the source, because {why}.':
    '每次源码更改都会重新安装依赖，因为{why}。',
  'Folders and files that are no source may be read while it runs; they lie in the working folder, as in the repository.':
    '不是源码的文件夹和文件可能在运行时读取；它们像在仓库中一样位于工作目录。',
  'Name what should stay out in .dockerignore.': '请在 .dockerignore 中列出应排除的内容。',

  // Node.js.
  'It runs with development dependencies, which the finished image does not have.':
    '它运行时有开发依赖，最终镜像中没有。',
  'Change the "build" script in package.json, or write command under [build] in berth.toml.':
    '请更改 package.json 中的 "build" 脚本，或在 berth.toml 的 [build] 下写 command。',
  'The packages that the app needs are built first.': '先构建应用需要的包。',
  'package.json has a "build" script.': 'package.json 有 "build" 脚本。',
  'package.json has no "build" script.': 'package.json 没有 "build" 脚本。',
  'It is how {name} builds; package.json has no "build" script.':
    '这是 {name} 的构建方式；package.json 没有 "build" 脚本。',
  'package.json has a "{name}" script, which may read any file':
    'package.json 有 "{name}" 脚本，它可能读取任何文件',
  'there are {count} packages in the repository': '仓库中有 {count} 个包',
  'the dependency "{name}" lies in the app\'s own files': '依赖“{name}”在应用自己的文件中',
  'package.json names no dependencies.': 'package.json 没有列出依赖。',
  'There is no lockfile, so {name} picks the newest versions that package.json allows.':
    '没有锁文件，所以 {name} 选择 package.json 允许的最新版本。',
  'Run {name} install and commit its lockfile to get the same versions each time.':
    '请运行 {name} install 并提交锁文件，使每次的版本相同。',
  'There is a {file}: {name} installs exactly what it names. The downloads are kept for this app’s next build.':
    '有 {file}：{name} 严格按它安装。下载的内容会保留给此应用的下一次构建。',
  'Nothing asks for a version ("engines" in package.json, .nvmrc, .node-version), so the host’s newest is used.':
    '没有指定版本（package.json 的 "engines"、.nvmrc、.node-version），所以使用主机上最新的。',
  '{from} asks for Node {range}, which gets no more security updates; Node {major} is used, the oldest that Berth has.':
    '{from} 要求 Node {range}，它已没有安全更新；改用 Berth 拥有的最旧版本 Node {major}。',
  '{from} asks for Node {range}.': '{from} 要求 Node {range}。',
  'Write "engines": { "node": "22" } in package.json.':
    '请在 package.json 中写 "engines": { "node": "22" }。',
  'The start command names it; PORT is set to the same number.': '启动命令中写明；PORT 设为同一个数。',
  'Leave the port out of the start command, or write port under [start] in berth.toml.':
    '请从启动命令中去掉端口，或在 berth.toml 的 [start] 下写 port。',
  'The start command uses {name}, a development dependency, so that all of these stay in the image. Move {again} to "dependencies" in package.json to make the image smaller.':
    '启动命令使用开发依赖 {name}，所以全部开发依赖都留在镜像中。把 {again} 移到 package.json 的 "dependencies" 可使镜像更小。',
  'node_modules is part of the source; it is left out and installed anew. Add it to .gitignore.':
    '源码中有 node_modules；它被排除并重新安装。请把它加入 .gitignore。',
  'Yarn {version} cannot take development dependencies away, so they stay in the image. Yarn 4 can.':
    'Yarn {version} 不能移除开发依赖，所以它们留在镜像中。Yarn 4 可以。',
  '{others} is not read: package.json names another program in "packageManager". Remove it, or correct "packageManager".':
    '不会读取 {others}：package.json 的 "packageManager" 指定了另一个程序。请删除它，或更正 "packageManager"。',
  'There are several lockfiles; {used} is used because {why}, and {others} is not read. Remove the ones that are no longer kept up to date.':
    '有多个锁文件；使用 {used}，因为{why}；不会读取 {others}。请删除不再更新的。',
  'package.json names its program': 'package.json 指定了它的程序',
  'it is the first that Berth looks for': '它是 Berth 首先查找的',
  'Write "packageManager" in package.json, or the version under [build.versions] in berth.toml.':
    '请在 package.json 中写 "packageManager"，或在 berth.toml 的 [build.versions] 下写版本。',
  '"packageManager" in package.json names it.': '由 package.json 的 "packageManager" 指定。',
  'The start script runs bun.': '启动脚本使用 bun。',
  'There is no lockfile.': '没有锁文件。',
  'Version {version} {source}.': '版本 {version} {source}。',
  'is what berth.toml says': '由 berth.toml 指定',
  'is what it says': '由其指定',
  'is what "{field}" in package.json says': '由 package.json 的 "{field}" 指定',
  'is the one that Berth uses where nothing says': '为没有指定时 Berth 使用的版本',
  'fits the form of {file}': '符合 {file} 的格式',
  'Write publish under [build] in berth.toml for another folder, or command under [start] for a server.':
    '要用别的文件夹，请在 berth.toml 的 [build] 下写 publish；要用服务器，请在 [start] 下写 command。',
  '{name} with {file} writes plain files there; there is no server of the app’s own to start.':
    '{name}（{file}）把普通文件写在那里；应用没有自己的服务器要启动。',
  '{name}{from} writes plain files there; there is no server of the app’s own to start.':
    '{name} 把普通文件写在那里；应用没有自己的服务器要启动。',
  'It is the "{name}" script of package.json, run by npm because {why}.':
    '这是 package.json 的 "{name}" 脚本，由 npm 运行，因为{why}。',
  'It is the "{name}" script of package.json, {how}.': '这是 package.json 的 "{name}" 脚本，{how}。',
  'there is a "{name}" script': '有 "{name}" 脚本',
  'it reads what npm sets': '它读取 npm 设置的内容',
  'run without npm in between: it starts sooner and gets SIGTERM itself':
    '不经 npm 直接运行：启动更快，并能自己收到 SIGTERM',
  'run by /bin/sh because {why}': '由 /bin/sh 运行，因为{why}',
  'It is how {name} starts what it built.': '这是 {name} 启动构建结果的方式。',
  'package.json has no "start" script; "main" names this file.':
    'package.json 没有 "start" 脚本；"main" 指定此文件。',
  'package.json has no "start" script; its "dev" script watches this file.':
    'package.json 没有 "start" 脚本；"dev" 脚本监视此文件。',
  'Nothing says how to start; {file} is there. It has to listen on $PORT.':
    '没有说明如何启动；有 {file}。它必须监听 $PORT。',
  'Nothing says how to start; {file} is there.': '没有说明如何启动；有 {file}。',

  // Sites.
  'Plain files are served compressed; names that begin with a dot are not served.':
    '普通文件压缩后提供；不提供以点开头的文件。',
  'Add a Dockerfile to choose another server.': '要用别的服务器，请添加 Dockerfile。',
  'The form is Netlify’s.': '采用 Netlify 的格式。',
  'The app’s routes live in the browser; a path whose name has an ending is still “not found”.':
    '应用的路由在浏览器中；带扩展名的路径仍为“未找到”。',
  'Write rules into _redirects, which come first.': '请把规则写入 _redirects，它们优先。',
  'Each page is a file.': '每个页面是一个文件。',
  'Write single_page = true under [static] in berth.toml if the routes live in the browser.':
    '如果路由在浏览器中，请在 berth.toml 的 [static] 下写 single_page = true。',
  'package.json has neither a "build" nor a "start" script, so it is not used: the files are served as they are.':
    'package.json 既没有 "build" 也没有 "start" 脚本，所以不使用它：文件按原样提供。',
  'The first index.html found is {file}; looked in the root, {folders}.':
    '找到的第一个 index.html 是 {file}；查找了根目录、{folders}。',
  '{file}, line {line}: {why}; the line is left out.': '{file} 第 {line} 行：{why}；此行被略过。',
  'it is about another host than the app’s own': '它涉及应用以外的主机',
  'it depends on query parameters': '它取决于查询参数',
  'it depends on who asks': '它取决于访问者',
  'it would fetch from another host': '它要从别的主机获取内容',

  // Dockerfiles.
  'It is the FROM of the last stage.': '这是最后一个阶段的 FROM。',
  'It is the FROM of the stage "{name}".': '这是阶段“{name}”的 FROM。',
  'Change CMD, or write web = "<command>" under [processes] in berth.toml.':
    '请更改 CMD，或在 berth.toml 的 [processes] 下写 web = "<command>"。',
  'The Dockerfile has neither CMD nor ENTRYPOINT.': 'Dockerfile 中没有 CMD 或 ENTRYPOINT。',
  'The Dockerfile says so.': 'Dockerfile 中写明。',
  'The Dockerfile has no USER.': 'Dockerfile 中没有 USER。',
  'Write USER with an unprivileged user.': '请用 USER 指定一个普通用户。',
  'The Dockerfile has no EXPOSE with a plain number; Berth tells the app in PORT where to listen.':
    'Dockerfile 没有以数字写明的 EXPOSE；Berth 通过 PORT 告诉应用监听哪里。',
  'Write EXPOSE with the port that the app listens on, if it does not read PORT.':
    '如果应用不读取 PORT，请用 EXPOSE 写明它监听的端口。',
  'It is the first port of EXPOSE; PORT is set to the same number.':
    '这是 EXPOSE 的第一个端口；PORT 设为同一个数。',
  'The app runs as root inside its container. Write USER with an unprivileged user.':
    '应用在容器中以 root 运行。请用 USER 指定一个普通用户。',
  'The "# syntax=" line is not followed: the Engine’s own Dockerfile syntax is used, which may be older.':
    '不采用 "# syntax=" 行：使用容器引擎自带的 Dockerfile 语法，可能较旧。',
  'The command of HEALTHCHECK is not run: a release is ready once its port answers. {change}':
    '不运行 HEALTHCHECK 的命令：端口有应答即视为就绪。{change}',
  'It is what HEALTHCHECK asks; Berth asks it from outside before a release gets visitors.':
    '这是 HEALTHCHECK 询问的内容；版本接收访客之前，Berth 从外部询问。',

  // Functions.
  '{file} at the top of the source; its default export, or exports named after methods, answer requests.':
    '源码顶层的 {file}；由默认导出或以方法命名的导出应答请求。',
  'Give package.json a "start" script to start a server of your own instead.':
    '要启动自己的服务器，请在 package.json 中写 "start" 脚本。',
  'Berth’s server around the function listens on it.': '由包装函数的 Berth 服务器监听。',
  '{file} at the top of the source; its handler, its app (WSGI or ASGI), or its functions named after methods answer requests.':
    '源码顶层的 {file}；由 handler、app（WSGI 或 ASGI）或以方法命名的函数应答请求。',
  'Write a Procfile with a "web" line to start a server of your own instead.':
    '要启动自己的服务器，请写一个带 "web" 行的 Procfile。',

  // Go.
  'Change the go or toolchain line of go.mod, or write go = "…" under [build.versions] in berth.toml.':
    '请更改 go.mod 的 go 或 toolchain 行，或在 berth.toml 的 [build.versions] 下写 go = "…"。',
  'go.mod asks for it; it comes by the Go module proxy, once for this app.':
    'go.mod 要求它；通过 Go 模块代理获取，每个应用一次。',
  'go.mod names no version; this is the one of the stack.': 'go.mod 没有指定版本；使用栈中的版本。',
  'go.mod asks for {version} or newer; this is the one of the stack, and keeps to the language of go.mod.':
    'go.mod 要求 {version} 或更新；使用栈中的版本，语言特性以 go.mod 为准。',
  'Static programs (CGO_ENABLED=0) of {which} folder with package main. Modules and compiled packages are kept for this app’s next build.':
    '由{which}含 package main 的文件夹得到静态程序（CGO_ENABLED=0）。模块和编译结果会保留给此应用的下一次构建。',
  'the only': '唯一',
  every: '每个',
  '{folder} is package main; {why}.': '{folder} 是 package main；{why}。',
  'it is the only program here': '这里只有这一个程序',
  'it is the program at the root': '它是根目录中的程序',
  'of {count} programs its name tells that it is the server': '在 {count} 个程序中，从名称看它是服务器',

  // Java.
  '{file} asks for Maven {version}, which its wrapper brings; it builds and packages':
    '{file} 要求 Maven {version}，由其 wrapper 带来；它构建并打包',
  'Maven {version}, the line that {file} asks for ({wanted}), builds and packages':
    '{file} 要求 {wanted}，由同一系列的 Maven {version} 构建并打包',
  'Maven {version} builds and packages': 'Maven {version} 构建并打包',
  '{maven}; tests are not run. Its downloads are kept for this app’s next build.':
    '{maven}；不运行测试。下载的内容会保留给此应用的下一次构建。',
  '{gradle} builds; tests are not run. Its downloads are kept for this app’s next build.':
    '由 {gradle} 构建；不运行测试。下载的内容会保留给此应用的下一次构建。',
  'Gradle, which the app’s own wrapper fetches,': '应用自己的 wrapper 获取的 Gradle',
  'Gradle {version}, which the app’s own wrapper fetches ({distribution})':
    '应用自己的 wrapper 获取的 Gradle {version}（{distribution}）',
  'The app names no version; this is the long-term one that Berth takes.':
    '应用没有指定版本；使用 Berth 选用的长期支持版本。',
  '{from} asks for {version}; this is the oldest long-term version that Berth has and that runs it.':
    '{from} 要求 {version}；这是 Berth 拥有的、能运行它的最旧长期支持版本。',
  '{how}, or write java = "…" under [build.versions] in berth.toml.':
    '{how}，或在 berth.toml 的 [build.versions] 下写 java = "…"。',
  'Set <java.version> (or maven.compiler.release) in pom.xml':
    '请在 pom.xml 中设置 <java.version>（或 maven.compiler.release）',
  'Set JavaLanguageVersion.of(…) in build.gradle': '请在 build.gradle 中设置 JavaLanguageVersion.of(…)',
  'The toolchain in {file}': '{file} 中的 toolchain',
  '{file} has the plugin of Spring Boot.': '{file} 中有 Spring Boot 插件。',
  '{file} has the plugin of Quarkus.': '{file} 中有 Quarkus 插件。',
  'Libraries and app are layers of their own.': '库和应用各为一层。',
  '{file} has the plugin "application": installDist makes the app’s own script, of which this is another name.':
    '{file} 中有 "application" 插件：installDist 生成应用自己的脚本，这是它的别名。',
  'It is the largest jar that the build leaves; its manifest has to name the main class.':
    '这是构建留下的最大的 jar；它的 manifest 必须写明主类。',

  // PHP.
  'composer.json names packages. Where Packagist cannot be reached, commit vendor/ and it is used as it is.':
    'composer.json 列出了包。无法访问 Packagist 时，请提交 vendor/，它会按原样使用。',
  'vendor/ is part of the source and is used as it is.': '源码中有 vendor/，按原样使用。',
  'There are no packages to install.': '没有要安装的包。',
  'Write publish = "…" under [build] in berth.toml for another folder, or command = "…" under [start] for another server.':
    '要用别的文件夹，请在 berth.toml 的 [build] 下写 publish = "…"；要用别的服务器，请在 [start] 下写 command = "…"。',
  'composer.json has a repository in the app’s own files': 'composer.json 有一个仓库在应用自己的文件中',
  'composer.json has "classmap" or "files" under "autoload", which Composer looks into':
    'composer.json 的 "autoload" 下有 "classmap" 或 "files"，Composer 会读取它们',
  'There is no {file}, so {tool} picks the newest versions that fit. Commit {again} to get the same ones each time.':
    '没有 {file}，所以 {tool} 选择合适的最新版本。请提交 {again}，使每次的版本相同。',

  'The app names no version; this is what it gets then.': '应用没有指定版本；此时使用这个版本。',
  'PHP {version} with Apache': 'PHP {version} 和 Apache',
  'Write php = "{version}" under [build.versions] in berth.toml: Berth has PHP {ours}, of Debian. A Dockerfile may bring another.':
    '请在 berth.toml 的 [build.versions] 下写 php = "{version}"：Berth 有 Debian 的 PHP {ours}。可用 Dockerfile 带来其他版本。',

  // Python.
  'Write "{version}" into .python-version: Berth has Python {ours}, of Debian. A Dockerfile may bring another.':
    '请在 .python-version 中写 "{version}"：Berth 有 Debian 的 Python {ours}。可用 Dockerfile 带来其他版本。',
  '{from} asks for Python {version}; the app is built with Python {used}, as Berth has Python {ours} alone. Write {again} there once you have tried it, or add a Dockerfile that brings {wanted}.':
    '{from} 要求 Python {version}；Berth 只有 Python {ours}，所以应用用 Python {used} 构建。试过后请在那里写 {again}，或添加带来 {wanted} 的 Dockerfile。',
  'A virtual environment is part of the source; it is left out and made anew. Add it to .gitignore.':
    '源码中有虚拟环境；它被排除并重新创建。请把它加入 .gitignore。',
  'The settings name STATIC_ROOT. Config is not there while an image is built; SECRET_KEY is a stand-in.':
    '设置中有 STATIC_ROOT。构建镜像时没有应用的配置；SECRET_KEY 用临时值代替。',
  'Set DISABLE_COLLECTSTATIC = "1" under [build.env] in berth.toml to leave it out.':
    '要略过它，请在 berth.toml 的 [build.env] 下写 DISABLE_COLLECTSTATIC = "1"。',
  'Python needs none.': 'Python 不需要。',
  'There is no requirements.txt, pyproject.toml or Pipfile.':
    '没有 requirements.txt、pyproject.toml 或 Pipfile。',
  'Write the packages that the app needs in requirements.txt, one a line.':
    '请在 requirements.txt 中写出应用需要的包，每行一个。',
  'There is no {lockfile}: the newest versions that {file} allows are installed, and they may be others the next time that it changes. Run "{tool} lock" on your machine and commit the file.':
    '没有 {lockfile}：安装 {file} 允许的最新版本，下次更改时可能不同。请在自己的机器上运行“{tool} lock”并提交该文件。',
  'There is {file}: uv installs exactly what it pins for running the app.':
    '有 {file}：uv 严格按其中固定的版本安装运行应用所需的包。',
  'There is {file}: {how}': '有 {file}：{how}',
  'uv installs exactly what uv.lock names.': 'uv 严格按 uv.lock 安装。',
  'what poetry.lock names is installed; without one, the newest that pyproject.toml allows.':
    '安装 poetry.lock 列出的内容；没有它时安装 pyproject.toml 允许的最新版本。',
  'what Pipfile.lock names is installed; without one, the newest that Pipfile allows.':
    '安装 Pipfile.lock 列出的内容；没有它时安装 Pipfile 允许的最新版本。',
  'uv installs what requirements.txt names, as pip would.':
    'uv 像 pip 一样安装 requirements.txt 列出的内容。',
  'uv installs the dependencies that pyproject.toml names; there is no lockfile, so it picks the newest that fit.':
    'uv 安装 pyproject.toml 列出的依赖；没有锁文件，所以选择合适的最新版本。',
  'There is setup.py and nothing else that names dependencies.': '只有 setup.py 列出依赖。',
  'setup.py may read any file': 'setup.py 可能读取任何文件',
  'requirements.txt installs "{what}" out of the app\'s own files':
    'requirements.txt 从应用自己的文件中安装“{what}”',
  'The start command runs a development server, which answers few requests at once and shows its insides in errors. Add gunicorn to the packages and start with it.':
    '启动命令运行的是开发服务器，它同时只能应答少量请求，并在出错时暴露内部信息。请把 gunicorn 加入依赖并用它启动。',
  'manage.py is there, and {server} among the packages; it serves {module}.':
    '有 manage.py，依赖中有 {server}；它提供 {module}。',
  '{file} makes the {name} application, and {server} is among the packages.':
    '{file} 创建 {name} 应用，依赖中有 {server}。',
  '{file} makes the Flask application, and {why}.': '{file} 创建 Flask 应用，{why}。',
  'gunicorn is among the packages': '依赖中有 gunicorn',
  'waitress is among the packages': '依赖中有 waitress',
  'no server is among the packages, so that Flask’s own is used': '依赖中没有服务器，所以使用 Flask 自带的',
  'Flask’s own server is for development. Add a line "gunicorn" to {file}: Berth then starts with it.':
    'Flask 自带的服务器用于开发。请在 {file} 中加一行“gunicorn”：Berth 就会用它启动。',
  'streamlit is among the packages, and {file} is there.': '依赖中有 streamlit，并且有 {file}。',

  // Ruby.
  'Write ruby "~> {version}.0" into Gemfile: Berth has Ruby {ours}, of Debian. A Dockerfile may bring another.':
    '请在 Gemfile 中写 ruby "~> {version}.0"：Berth 有 Debian 的 Ruby {ours}。可用 Dockerfile 带来其他版本。',
  '.ruby-version asks for Ruby {version}; the app is built with Ruby {used}, as Berth has Ruby {ours} alone.':
    '.ruby-version 要求 Ruby {version}；Berth 只有 Ruby {ours}，所以应用用 Ruby {used} 构建。',
  'There is no Gemfile.': '没有 Gemfile。',
  'vendor/cache has gems, which need no registry.': 'vendor/cache 中有 gem，不需要仓库。',
  'Gemfile names gems. Where this host cannot reach their registry: "bundle cache", and commit vendor/cache.':
    'Gemfile 列出了 gem。此主机无法访问其仓库时：运行“bundle cache”并提交 vendor/cache。',
  'Ruby needs none.': 'Ruby 不需要。',
  'It is a Rails app with a pipeline of assets.': '这是带资源管线的 Rails 应用。',
  'There is no Gemfile.lock, so Bundler picks versions by itself. Commit Gemfile.lock to get the same ones each time.':
    '没有 Gemfile.lock，所以 Bundler 自行选择版本。请提交 Gemfile.lock，使每次的版本相同。',
  'Gems are installed anew for each change of the source, because {why}.':
    '每次源码更改都会重新安装 gem，因为{why}。',
  'Rails wants SECRET_KEY_BASE, or RAILS_MASTER_KEY where it has credentials, among the app’s config (berth config set SECRET_KEY_BASE=…).':
    'Rails 需要应用配置中有 SECRET_KEY_BASE（有 credentials 时为 RAILS_MASTER_KEY）：berth config set SECRET_KEY_BASE=…',
  'Gemfile has "{what}", which reads other files of the app': 'Gemfile 中有“{what}”，它读取应用的其他文件',
  'config/application.rb says that this is a Rails app.': 'config/application.rb 说明这是 Rails 应用。',
  'config.ru describes a Rack app, and {server} is among the gems.':
    'config.ru 描述了一个 Rack 应用，gem 中有 {server}。',
  'config.ru describes a Rack app.': 'config.ru 描述了一个 Rack 应用。',

  // Rust.
  'The app names no version; this is Debian’s.': '应用没有指定版本；使用 Debian 的版本。',
  'Write channel = "1.91" under [toolchain] in rust-toolchain.toml for another; {ours} is Debian’s, and nothing has to be fetched for it.':
    '要用其他版本，请在 rust-toolchain.toml 的 [toolchain] 下写 channel = "1.91"；{ours} 是 Debian 的，无需获取。',
  'Optimised programs go to bin/. Downloads and compiled crates are kept for this app’s next build.':
    '优化后的程序放在 bin/。下载的内容和编译结果会保留给此应用的下一次构建。',
  'It is the only program of this package.': '这是此包唯一的程序。',
  'Of several programs it is the main one by its name.': '在多个程序中，从名称看它是主程序。',
  'Rocket listens where ROCKET_PORT says, whatever Rocket.toml does.':
    'Rocket 监听 ROCKET_PORT 指定的端口，不受 Rocket.toml 影响。',

  // Deno.
  'It is the one of Berth’s stack.': '这是 Berth 栈中的版本。',
  'A Dockerfile may bring another.': '可用 Dockerfile 带来其他版本。',
  '{file} names them; what the source imports besides comes with "deno cache".':
    '由 {file} 列出；源码另外导入的内容由“deno cache”获取。',
  'Deno needs none.': 'Deno 不需要。',
  'Write "start" under "tasks" in {file}, "web: …" in Procfile, or command = "…" under [start] in berth.toml.':
    '请在 {file} 的 "tasks" 下写 "start"，在 Procfile 中写 "web: …"，或在 berth.toml 的 [start] 下写 command = "…"。',
  '{file} has the task "start".': '{file} 中有任务 "start"。',
  '{file} is there; the container is its only fence, so Deno allows it everything.':
    '有 {file}；容器是它唯一的围栏，所以 Deno 允许它做任何事。',

  // What is odd about the source.
  '{file} is a pointer of Git LFS and not the file itself, as others may be: a push to Berth brings no LFS objects. Deploy the folder (berth deploy), where the files are whole, or commit them without LFS.':
    '{file} 是 Git LFS 的指针而不是文件本身，其他文件也可能如此：推送到 Berth 不会带来 LFS 对象。请部署文件完整的文件夹（berth deploy），或不用 LFS 提交它们。',
  ".npmrc has a secret in it ({what}): it is in the source and so in the app's image, where whoever may pull that can read it. Use a token that may only read packages.":
    '.npmrc 中有密钥（{what}）：它在源码里，因而也在应用的镜像里，能拉取镜像的人都能读到。请使用只能读取包的令牌。',
  'Dockerfile, line {line} begins a here-document, which a Docker Engine before 23 does not know: there the lines of it are taken for instructions. Write them as one RUN with "&& {end}", or in a script that is copied.':
    'Dockerfile 第 {line} 行开始了一个 here-document，23 之前的 Docker Engine 不支持：其中的行会被当作指令。请写成一条带“&& {end}”的 RUN，或写进复制的脚本。',
  '{one} and {other} differ only in upper and lower case or in how an accent is written: here both are files, on macOS and Windows one replaces the other. Rename one of them, or remove the one that is not meant.':
    '{one} 和 {other} 只在大小写或重音符号的写法上不同：这里是两个文件，在 macOS 和 Windows 上会互相覆盖。请重命名其中一个，或删除多余的。',
  '{file} is a link that leads back to itself ({way}): whatever opens it fails. Point it at a file, or remove it.':
    '{file} 是指回自身的链接（{way}）：打开它都会失败。请让它指向文件，或删除它。',

  // Why a layer or a step is new.
  'What an instance wrote was committed.': '提交了实例写入的内容。',
  'This is the first image of the app.': '这是应用的第一个镜像。',
  'The image comes from another source than the one before.': '镜像的来源与之前不同。',
  'The app was built as {before} before and is now built as {now}.':
    '应用以前按 {before} 构建，现在按 {now} 构建。',
  'The base image changed from {old} to {fresh}.': '基础镜像由 {old} 变为 {fresh}。',
  'the base image changed from {old} to {fresh}': '基础镜像由 {old} 变为 {fresh}',
  'The base image {name} was made anew.': '基础镜像 {name} 已重新制作。',
  'The dependencies were installed anew and differ from before.': '依赖重新安装，与之前不同。',
  'The way in which the dependencies are installed changed.': '安装依赖的方式已更改。',
  'Files of the app changed.': '应用的文件已更改。',
  'The same files gave another result.': '同样的文件得到了不同的结果。',
  'The Dockerfile changed.': 'Dockerfile 已更改。',
  'the Dockerfile changed': 'Dockerfile 已更改',
  'its instructions changed ({keyword})': '它的指令已更改（{keyword}）',
  'files of the source may have changed': '源码文件可能已更改',
  '{files} changed.': '{files} 已更改。',
  '{files} changed': '{files} 已更改',
  '{files} and {count} more': '{files} 等及另外 {count} 个文件',

  // General forms, last.
  'Change {what}.': '请更改 {what}。',
  '{from} asks for {version} or newer.': '{from} 要求 {version} 或更新。',
  '{from} asks for {version}': '{from} 要求 {version}',
  '{from} asks for {version}.': '{from} 要求 {version}。',
  '{files} is not read.': '不会读取 {files}。',
  'There is {file}.': '有 {file}。',
  '{file} is there.': '有 {file}。',
  '{what} in pom.xml': 'pom.xml 中的 {what}',
  '"{field}" in package.json': 'package.json 的 "{field}"',
};
