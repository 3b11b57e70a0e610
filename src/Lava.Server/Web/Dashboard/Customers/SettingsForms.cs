using Lava.Server.Web.Dashboard.Forms;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>The forms of a customer's settings, as one of them was sent and refused; the others stand as they are.</summary>
internal sealed record SettingsForms
{
    public (PostedForm Values, ApiAnswer Answer)? Fields { get; init; }

    public (PostedForm Values, ApiAnswer Answer)? Limits { get; init; }

    public ApiAnswer? Deletion { get; init; }
}
