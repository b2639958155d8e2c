# refused: the file no-such-file.zip is not there
import pulumi

pulumi.ComponentResource("test:index:Group", "group", {"code": pulumi.FileArchive("no-such-file.zip")})
