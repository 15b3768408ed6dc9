import { describe, expect, it } from 'vitest';
import { APP, planOf, stage } from '../plan-of.js';

const pom = (inside: string) => `<project><artifactId>shop</artifactId>${inside}</project>`;
const boot = (version = '3.5.1') =>
  `<parent><artifactId>spring-boot-starter-parent</artifactId>\n<version>${version}</version></parent><build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>`;

/** A Gradle app with its wrapper. */
const gradle = (script: string, more: Record<string, string> = {}) => ({
  'build.gradle': script,
  gradlew: '#!/bin/sh',
  'gradle/wrapper/gradle-wrapper.jar': 'PK',
  'gradle/wrapper/gradle-wrapper.properties':
    'distributionUrl=https\\://mirror.test/gradle/gradle-8.14.3-bin.zip\n',
  ...more,
});

describe('Java plan', () => {
  it('builds with Maven and its own cache, and gives libraries and app of Spring Boot layers of their own', async () => {
    const plan = await planOf({ 'pom.xml': pom(boot()) });
    expect(stage(plan.dockerfile, 0)).toContain(
      `RUN --mount=type=cache,id=berth-${APP}-maven,target=/home/app/.m2,uid=1000,gid=1000 ` +
        '["mvn","--batch-mode","--no-transfer-progress","-DskipTests","package"]',
    );
    expect(stage(plan.dockerfile, -1).filter((line) => /^(COPY|RUN)/.test(line))).toEqual(
      ['dependencies', 'spring-boot-loader', 'snapshot-dependencies', 'application'].map(
        (name) => `COPY --from=build --chown=1000:1000 ["/home/app/out/layers/${name}/","./"]`,
      ),
    );
    expect(plan).toMatchObject({
      title: 'Spring Boot',
      processes: { web: ['/bin/sh', '-c', 'exec java -Dserver.port=$PORT -jar app.jar'] },
    });
  });

  it.each([
    ['an old Spring Boot', boot('2.7.18'), 'java -Dserver.port=$PORT -jar app.jar', '/home/app/out/app.jar'],
    [
      'Quarkus',
      '<plugin><artifactId>quarkus-maven-plugin</artifactId></plugin>',
      'java -Dquarkus.http.host=0.0.0.0 -Dquarkus.http.port=$PORT -jar quarkus-run.jar',
      '/app/target/quarkus-app/',
    ],
  ])('starts %s', async (_, inside, command, path) => {
    const plan = await planOf({ 'pom.xml': pom(inside) });
    expect(plan.processes.web).toEqual(['/bin/sh', '-c', `exec ${command}`]);
    expect(plan.dockerfile).toContain(`["${path}"`);
  });

  it('starts the jar of any other project', async () => {
    const plan = await planOf({ 'pom.xml': pom('<!-- spring-boot-maven-plugin -->') });
    expect(plan.processes.web).toEqual(['java', '-jar', 'app.jar']);
    expect(plan.dockerfile).not.toContain('jarmode');
  });

  it.each([
    ['<properties><java.version>17</java.version></properties>', '21'],
    ['<properties><java.version>1.8</java.version></properties>', '21'],
    ['<properties><maven.compiler.release>24</maven.compiler.release></properties>', '25'],
    ['<plugin><configuration><release>25</release></configuration></plugin>', '25'],
    ['', '21'],
  ])('takes the oldest long-term version that runs it: %s', async (inside, major) => {
    expect((await planOf({ 'pom.xml': pom(inside) })).stacks).toEqual([
      `java-${major}-build`,
      `java-${major}`,
    ]);
  });

  it('builds the one module that makes a program', async () => {
    const modules = {
      'pom.xml': pom(`<modules><module>lib</module><module>web</module></modules>`),
      'lib/pom.xml': pom(''),
    };
    const plan = await planOf({ ...modules, 'web/pom.xml': pom(boot()) });
    expect(plan.dockerfile).toContain('"--projects","web","--also-make","package"]');
    expect(plan.dockerfile).toContain('WORKDIR /app/web');
    await expect(
      planOf({ ...modules, 'lib/pom.xml': pom(boot()), 'web/pom.xml': pom(boot()) }),
    ).rejects.toMatchObject({
      code: 'several_modules',
      message: expect.stringMatching(
        /2 modules that make a program: lib, web.*"web: java -jar lib\/target\/NAME.jar"/,
      ),
    });
    const named = await planOf({
      ...modules,
      'web/pom.xml': pom(''),
      Procfile: 'web: java -jar web/target/web.jar',
    });
    expect(named.dockerfile).toContain('["/app/web/target/","./web/target/"]');
  });

  it.each([
    [
      'a Gradle project without its wrapper',
      { 'build.gradle.kts': '' },
      'gradle_wrapper_missing',
      /build.gradle.kts is there and gradlew is not.*"gradle wrapper"/,
    ],
    [
      'a Java that there is no stack of, and no other',
      gradle(
        "plugins { id 'application' }\njava { toolchain { languageVersion = JavaLanguageVersion.of(17) } }",
      ),
      'java_version',
      /toolchain in build.gradle asks for Java 17 and no other.*Write 21 there/,
    ],
    [
      'a Java of the future',
      { 'pom.xml': pom('<properties><java.version>99</java.version></properties>') },
      'java_version',
      /java.version in pom.xml asks for Java 99, and Berth has Java 21 and 25/,
    ],
  ])('refuses %s with what to do', async (_, files, code, message) => {
    await expect(planOf(files as unknown as Record<string, string>)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('Maven by its wrapper', () => {
  const wrapper = (version: string) => ({
    'pom.xml': pom(''),
    mvnw: '#!/bin/sh',
    '.mvn/wrapper/maven-wrapper.properties': `distributionUrl=https://repo.test/maven2/org/apache/maven/apache-maven/${version}/apache-maven-${version}-bin.zip\n`,
  });
  it.each([
    ['3.9.6', '["mvn",', /Maven 3.9, the line that .*maven-wrapper.properties asks for \(3.9.6\)/],
    ['3.6.3', '["/bin/sh","./mvnw",', /asks for Maven 3.6.3, which its wrapper brings/],
    ['4.0.0-rc-4', '["/bin/sh","./mvnw",', /asks for Maven 4.0.0-rc-4/],
  ])('%s is that of the stack only where it is of the same line', async (version, command, why) => {
    const plan = await planOf(wrapper(version));
    expect(plan.dockerfile).toContain(command);
    expect(plan.choices.find(({ what }) => what === 'Build command')?.why).toMatch(why);
  });
});

describe('Gradle plan', () => {
  it('builds by the app’s own wrapper with its own cache, tests left out', async () => {
    const plan = await planOf(
      gradle("plugins {\n  id 'org.springframework.boot' version '3.5.1'\n  id 'java'\n}"),
    );
    expect(stage(plan.dockerfile, 0)).toContain(
      `RUN --mount=type=cache,id=berth-${APP}-gradle,target=/home/app/.gradle,uid=1000,gid=1000 ` +
        '["/bin/sh","./gradlew","--no-daemon","--console=plain","--init-script","/usr/local/share/berth/berth.gradle","bootJar"]',
    );
    expect(plan).toMatchObject({
      title: 'Spring Boot',
      detectedBy: 'build.gradle',
      dependencyFiles: ['build.gradle'],
      processes: { web: ['/bin/sh', '-c', 'exec java -Dserver.port=$PORT -jar app.jar'] },
    });
    expect(plan.dockerfile).toContain('build/libs/*.jar');
    expect(plan.dockerfile).toContain('["/home/app/out/layers/dependencies/","./"]');
    expect(plan.choices.find(({ what }) => what === 'Build command')).toMatchObject({
      value: './gradlew bootJar',
      why: expect.stringContaining('https://mirror.test/gradle/gradle-8.14.3-bin.zip'),
    });
  });

  it.each([
    ["plugins { id 'application' }", 'installDist', ['./bin/berth-start']],
    ["apply plugin: 'application'", 'installDist', ['./bin/berth-start']],
    ["plugins { id 'java' }", 'assemble', ['java', '-jar', 'app.jar']],
    ["plugins { id 'io.quarkus' }", 'quarkusBuild', expect.arrayContaining(['/bin/sh'])],
    ["// id 'application'\nplugins { id 'java' }", 'assemble', ['java', '-jar', 'app.jar']],
  ])('%s', async (script, task, web) => {
    const plan = await planOf(gradle(script));
    expect(plan.dockerfile).toContain(`"${task}"]`);
    expect(plan.processes.web).toEqual(web);
  });

  it('takes the one part that makes a program, and the Java that it asks for', async () => {
    const parts = {
      'settings.gradle.kts': 'include("lib", "app")',
      'lib/build.gradle.kts': 'plugins { `java-library` }',
      'app/build.gradle.kts':
        'plugins { id("org.springframework.boot") }\njava { toolchain { languageVersion = JavaLanguageVersion.of(25) } }',
    };
    const root = "plugins { id 'org.springframework.boot' version '3.4.0' apply false }";
    const plan = await planOf(gradle(root, parts));
    expect(plan.dockerfile).toContain('":app:bootJar"]');
    expect(plan.dockerfile).toContain('WORKDIR /app/app');
    expect(plan.dockerfile).toContain('jarmode');
    expect(plan.stacks).toEqual(['java-25-build', 'java-25']);
    await expect(
      planOf(gradle(root, { ...parts, 'lib/build.gradle.kts': 'plugins { application }\napplication {\n}' })),
    ).rejects.toMatchObject({
      code: 'several_modules',
      message: expect.stringMatching(/2 make a program \(app, lib\).*app\/build\/libs/),
    });
  });
});
