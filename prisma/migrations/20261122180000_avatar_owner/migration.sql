CREATE INDEX `user_avatar` ON `user` (`avatarKey`);
