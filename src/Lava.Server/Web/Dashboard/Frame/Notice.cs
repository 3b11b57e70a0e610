using System.Collections.Frozen;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>What a page says once after something was done. The address names one of these, never a text.</summary>
internal static class Notice
{
    /// <summary>The parameter of an address.</summary>
    public const string Parameter = "done";

    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>
    {
        ["saved"] = "Saved.",
        ["created"] = "Created.",
        ["archived"] = "Archived. What uses it goes on.",
        ["deleted"] = "Deleted.",
        ["signed-in"] = "Signed in.",
        ["signed-out-all"] = "All other sessions have ended.",
        ["exists"] = "There is a customer with this reference id: it is this one, unchanged.",
        ["kept"] = "The plan stays as it is.",
        ["plan-ends"] = "The plan ends.",
        ["credit-given"] = "The credit is booked.",
        ["corrected"] = "The correction is booked.",
        ["changed"] = "The plan is changed.",
        ["replayed"] = "The delivery is sent again.",
        ["rotated"] = "The key was replaced.",
        ["revoked"] = "The key is revoked.",
        ["refunded"] = "The refund is on its way.",
        ["bundle-sold"] = "The bundle is paid and its credit booked.",
        ["card-added"] = "The card is on file.",
        ["card-default"] = "This card is charged from now on.",
        ["card-removed"] = "The card is forgotten.",
        ["decided"] = "It is decided.",
        ["retried"] = "The payment was tried again.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Its text; null: no such notice.</summary>
    public static string? Text(string? name) => name is null ? null : Texts.GetValueOrDefault(name);
}
