CREATE TABLE `announcement` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `authorId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `content` TEXT NOT NULL,
    `bySocket` BOOLEAN NOT NULL,
    `byEmail` BOOLEAN NOT NULL,
    `mailAfter` VARCHAR(36) NOT NULL,
    `mailed` INTEGER NOT NULL,
    `mailedAt` DATETIME(3) NULL,
    `createdAt` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
