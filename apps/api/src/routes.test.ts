import { describe, expect, it } from 'vitest';
import { Controller, Get, Module } from '@nestjs/common';
import { Can, Public } from '#libs/access/declaration.js';
import { controllersOf, declarationProblems, routesOf } from '#libs/access/routes.js';
import { AppModule } from './app.module.js';

describe('routes', () => {
  const routes = routesOf(controllersOf(AppModule));

  it('all declare who may call them', () => {
    expect(declarationProblems(routes)).toEqual([]);
  });

  it('are found in modules that modules import', () => {
    const paths = routes.map(({ method, path }) => `${method} ${path}`);
    expect(paths).toContain('GET /v1/apps/:app/deployments/:number/log/stream');
    expect(paths).toContain('POST /git/:repository/git-receive-pack');
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('without a declaration, or with one that names nothing, are told apart', () => {
    @Controller('things')
    class Things {
      @Get('open')
      @Public()
      open() {}
      @Get('forgotten')
      forgotten() {}
      @Get(':other')
      @Can('app.read')
      nameless() {}
      @Get(':app')
      @Can('app.read')
      fine() {}
    }
    @Module({ controllers: [Things] })
    class ThingsModule {}
    expect(declarationProblems(routesOf(controllersOf(ThingsModule)))).toEqual([
      'GET /things/forgotten (Things.forgotten) does not declare who may call it.',
      'GET /things/:other (Things.nameless) has @Can() but none of :app, :addOn and :team in its path.',
    ]);
  });
});
