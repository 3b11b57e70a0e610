namespace Lava.Server.Api.Customers;

/// <summary>How to reach a customer. No field is ever null: SDKs type them as strings.</summary>
internal sealed record ContactView(string Phone, string Email, string FirstName, string LastName)
{
    /// <summary>From one name: what stands before its first blank is the first name.</summary>
    public static ContactView From(string? name, string? email, string? phone)
    {
        var parts = (name ?? "").Split(' ', 2);
        return new ContactView(phone ?? "", email ?? "", parts[0], parts.Length > 1 ? parts[1] : "");
    }
}
