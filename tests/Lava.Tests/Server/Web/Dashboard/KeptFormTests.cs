using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class KeptFormTests
{
    [Fact]
    public void Fields_OfAFormThatCouldNotBeTaken_HaveNoSecretAndNoToken()
    {
        var form = PostedForm.Empty.With("name", "Chat").With("secret_key", "sk-own").With(PostedForm.TokenField, "t");

        Assert.Equal([("name", "Chat")], KeptForm.Fields(form));
    }

    [Fact]
    public void Secret_UnderAnotherName_IsNoField() =>
        Assert.Throws<ArgumentException>(() => new FormField("key", "Key", FieldKind.Secret));
}
