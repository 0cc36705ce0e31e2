-- What was posted before stays without its author.
ALTER TABLE `message` ADD COLUMN `signed` BOOLEAN NOT NULL DEFAULT false;
