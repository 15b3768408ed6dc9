<?php
// One page that tells where it runs: Berth sets these variables in every instance.
$app = htmlspecialchars(getenv('BERTH_APP') ?: 'hello-php');
$release = htmlspecialchars(getenv('BERTH_RELEASE') ?: '?');
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title><?= $app ?></title>
<h1>Hello from <?= $app ?></h1>
<p>Release v<?= $release ?>, PHP <?= PHP_VERSION ?>, container <?= htmlspecialchars(gethostname()) ?>.</p>
</html>
