# fails: archive-apart
# classes: {"tc-usage": {"until": {"account-end": "P10D"}, "erasure": {"within": "P10D", "source": "test"}}}
# config: {"im:residents": ["indonesia"], "im:instruments": {"im-module": {"source": "test"}, "tencent-cloud": {"source": "test"}}, "im:archive": {"obligation": "TC-IDN-02", "classes": ["tc-usage"], "ends": "P1840D", "role": "archivist", "source": "test"}, "im:elsewhere": {"tc-registration": "another stack holds it", "tc-delegates": "another stack holds it", "tc-interactions": "another stack holds it", "tc-incomplete": "another stack holds it", "tc-content": "another stack holds it"}}
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

from im_stack.components.declaring import holds

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
visits = cos.Bucket("visits", bucket="visits-1250000000", encryption_algorithm="AES256", opts=pinned)
archive = cos.Bucket("archive", bucket="archive-1250000000", encryption_algorithm="AES256", opts=pinned)
holds(visits, "tc-usage", name="visits")
holds(archive, "tc-usage", name="archived", sources=["visits"], rests="archived")
