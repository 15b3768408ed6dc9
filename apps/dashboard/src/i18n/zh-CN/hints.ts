/** What may be done about a step of a build that failed: apps/builder/src/failure-hints.ts. */
export const hints: Record<string, string> = {
  '{file} is broken or does not fit {manifest}: run "{command}" on your machine, commit the file and push again.':
    '{file} 已损坏或与 {manifest} 不符：请在自己的机器上运行“{command}”，提交该文件后重新推送。',
  'pom.xml is not well-formed: the line above says where. Mend it ("mvn validate" shows it on your machine), commit it and push again.':
    'pom.xml 格式不正确，位置见上面的日志。请更正（在自己的机器上可用“mvn validate”查看），提交后重新推送。',
  'Deno could not fetch modules from {host}: where this host does not reach it, import the same from npm ("npm:…"), or write "vendor": true in deno.json, run "deno install" and "deno cache" on your machine, and commit vendor/.':
    'Deno 无法从 {host} 获取模块：此主机无法访问它时，请改从 npm 导入（"npm:…"），或在 deno.json 中写 "vendor": true，在自己的机器上运行“deno install”和“deno cache”，并提交 vendor/。',
  'Gems could not be fetched: where this host does not reach the gems’ registry, run "bundle cache" on your machine, commit vendor/cache and push again.':
    '无法获取 gem：此主机无法访问 gem 仓库时，请在自己的机器上运行“bundle cache”，提交 vendor/cache 后重新推送。',
  'Composer could not reach {host} from this host: run "composer install --no-dev" on your machine, commit vendor/ (take it out of .gitignore) and push again.':
    'Composer 无法从此主机访问 {host}：请在自己的机器上运行“composer install --no-dev”，提交 vendor/（从 .gitignore 中去掉）后重新推送。',
  "The app's Gradle wrapper could not fetch {url}: write the address of a mirror that this host reaches as distributionUrl in gradle/wrapper/gradle-wrapper.properties, or the name of the archive itself, committed beside that file.":
    '应用的 Gradle wrapper 无法获取 {url}：请在 gradle/wrapper/gradle-wrapper.properties 的 distributionUrl 中写此主机可访问的镜像地址，或把压缩包提交在该文件旁并写其名称。',
  'Gradle did not find {name}: check its name and version in build.gradle, and whether its repository can be reached from this host (mavenCentral() under pluginManagement in settings.gradle has the plugins of Spring Boot, Quarkus and others too).':
    'Gradle 找不到 {name}：请检查 build.gradle 中的名称和版本，以及此主机能否访问其仓库（settings.gradle 的 pluginManagement 下写 mavenCentral() 也能得到 Spring Boot、Quarkus 等插件）。',
  'The app is compiled for Java {version}, which this JDK does not do: write <maven.compiler.source>17</maven.compiler.source> and <maven.compiler.target>17</maven.compiler.target> under <properties> in pom.xml (options.release = 17 in build.gradle), or whichever version from 8 on the app needs.':
    '应用要为 Java {version} 编译，而此 JDK 不支持：请在 pom.xml 的 <properties> 下写 <maven.compiler.source>17</maven.compiler.source> 和 <maven.compiler.target>17</maven.compiler.target>（build.gradle 中写 options.release = 17），或写应用需要的 8 以上的版本。',
  'Maven did not find {name}, or something that it needs: check its name and version in pom.xml, and whether its repository can be reached from this host.':
    'Maven 找不到 {name} 或它需要的内容：请检查 pom.xml 中的名称和版本，以及此主机能否访问其仓库。',
  '{name} has no build for this Python and could not be compiled: raise its version in requirements.txt (or pyproject.toml) to one that knows it, write 3.11 into .python-version where 3.13 is used, or add a Dockerfile that brings an older Python.':
    '{name} 没有适合此 Python 的构建，也无法编译：请在 requirements.txt（或 pyproject.toml）中把它升到支持的版本，使用 3.13 时在 .python-version 中写 3.11，或添加带来较旧 Python 的 Dockerfile。',
  'A crate needs Rust {version}: write channel = "{again}" under [toolchain] in rust-toolchain.toml (rustup then fetches it), or pin an older version of the crate in Cargo.toml and commit Cargo.lock.':
    '有 crate 需要 Rust {version}：请在 rust-toolchain.toml 的 [toolchain] 下写 channel = "{again}"（由 rustup 获取），或在 Cargo.toml 中固定该 crate 的较旧版本并提交 Cargo.lock。',
  'There is no such Rust: correct rust-toolchain, or rust under [build.versions] in berth.toml.':
    '没有这个 Rust：请更正 rust-toolchain，或 berth.toml 中 [build.versions] 下的 rust。',
  "rustup could not fetch Rust from {host}: where this host does not reach it, write a mirror as RUSTUP_DIST_SERVER under [build.env] in berth.toml, or ask for Rust 1.85, which is Debian's.":
    'rustup 无法从 {host} 获取 Rust：此主机无法访问它时，请在 berth.toml 的 [build.env] 下用 RUSTUP_DIST_SERVER 写一个镜像，或要求 Debian 的 Rust 1.85。',
  'Cargo.toml asks for {name}, which the registry does not have: check its name and version.':
    'Cargo.toml 要求 {name}，而仓库中没有：请检查名称和版本。',
  'The registry does not have {name} in a version for this Python: check the line in requirements.txt or pyproject.toml.':
    '仓库中没有适合此 Python 的 {name}：请检查 requirements.txt 或 pyproject.toml 中的那一行。',
  'a package of this name': '同名的包',
  'The packages of this workspace need each other in a circle that {name} is part of (the lines above name all of it): take one of the dependencies out of its Cargo.toml, or move what both need into a package of its own.':
    '此工作区的包循环依赖，{name} 在其中（上面的日志列出了全部）：请从其 Cargo.toml 中去掉一个依赖，或把共用部分移到单独的包。',
  'The settings set STATIC_ROOT only under a condition that does not hold while an image is built: give the variable that they ask for under [build.env] in berth.toml (and under [env], for when the app runs), or write DISABLE_COLLECTSTATIC = "1" there.':
    '设置只在构建镜像时不成立的条件下设定 STATIC_ROOT：请在 berth.toml 的 [build.env] 下给出它所需的变量（运行时则在 [env] 下），或在那里写 DISABLE_COLLECTSTATIC = "1"。',
  'package-lock.json is broken, perhaps by a merge: run "npm install" on your machine, commit the file and push again.':
    'package-lock.json 已损坏，可能是合并造成的：请在自己的机器上运行“npm install”，提交该文件后重新推送。',
  'next/font/google fetches fonts while it builds, and this host cannot reach them: keep the fonts in the app and use next/font/local.':
    'next/font/google 在构建时获取字体，而此主机无法访问：请把字体放在应用中并使用 next/font/local。',
  'Something in the build wanted {host}, which cannot be reached from this host: see whether the package that asks for it can be told where to find it, or do without.':
    '构建中有内容要访问 {host}，而此主机无法访问：请看能否让需要它的包改用别处，或不用它。',
  'package.json and package-lock.json disagree: run "npm install", commit package-lock.json and push again.':
    'package.json 与 package-lock.json 不一致：请运行“npm install”，提交 package-lock.json 后重新推送。',
  'npm found versions that exclude each other: run "npm install" on your machine, settle them in package.json and commit the lockfile.':
    'npm 发现互相冲突的版本：请在自己的机器上运行“npm install”，在 package.json 中解决并提交锁文件。',
  'A package named in package.json is not in the registry: check its name and version.':
    'package.json 中的一个包不在仓库中：请检查名称和版本。',
  'package.json has no such script: add it, or correct its name.':
    'package.json 中没有这个脚本：请添加它，或更正名称。',
  'The package registry could not be reached from the build: check the host’s network, or have its operator give it a mirror (berth mirrors), and try again.':
    '构建无法访问包仓库：请检查主机的网络，或请其管理者配置镜像（berth mirrors），然后重试。',
  'A package asks for another version of Node: see "engines" in package.json.':
    '有包要求另一个 Node 版本：请看 package.json 的 "engines"。',
  'Node ran out of its own heap: build less at once, or set NODE_OPTIONS=--max-old-space-size in the build script.':
    'Node 用尽了自己的堆：请同时少构建一些，或在构建脚本中设置 NODE_OPTIONS=--max-old-space-size。',
  'The base image could not be fetched: check its name in FROM, and whether its registry can be reached from this host.':
    '无法获取基础镜像：请检查 FROM 中的名称，以及此主机能否访问其仓库。',
  'Nothing is at {path}. If the build should make it, write publish under [build] in berth.toml with the folder that it does make; if it is a file of the source: is it committed, and not in .dockerignore?':
    '{path} 处没有内容。如果应由构建生成，请在 berth.toml 的 [build] 下用 publish 写明实际生成的文件夹；如果是源码中的文件：它提交了吗？是否被 .dockerignore 排除？',
  'A file named in COPY is not in the source: is it committed, and not in .dockerignore?':
    'COPY 中的一个文件不在源码中：它提交了吗？是否被 .dockerignore 排除？',
  'The Dockerfile has an instruction that the Engine does not know: correct that line.':
    'Dockerfile 中有容器引擎不认识的指令：请更正那一行。',
  'A test failed, and the build ends with it, as its own command says. Run the same command on your machine and mend the test, or leave tests out of the build: command = "…" under [build] in berth.toml.':
    '有测试失败，构建按其命令随之结束。请在自己的机器上运行同一命令并修复测试，或不在构建中运行测试：在 berth.toml 的 [build] 下写 command = "…"。',
  'A command of the build does not exist in the image: install it in an earlier step.':
    '构建中的一个命令不在镜像中：请在之前的步骤中安装。',
};
