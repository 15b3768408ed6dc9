import { describe, expect, it } from 'vitest';
import { APP, planOf, stage } from '../plan-of.js';

const pom = (inside: string) => `<project><artifactId>shop</artifactId>${inside}</project>`;
const boot = (version = '3.5.1') =>
  `<parent><artifactId>spring-boot-starter-parent</artifactId>\n<version>${version}</version></parent><build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>`;

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
      'a Gradle project',
      { 'build.gradle.kts': '' },
      'gradle_unavailable',
      /Gradle, which Berth does not bring.*Dockerfile/,
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
