namespace Lava.Server.Api.OpenApi;

/// <summary>A field of a request's body or query, as the document shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it may be.</param>
/// <param name="IsRequired">Must it be there?</param>
/// <param name="Values">The only values that it may have; null: any.</param>
/// <param name="Fields">Those of an object, or of each object of a list.</param>
internal sealed record ApiField(
    string Name, ApiFieldType Type, bool IsRequired = false, IEnumerable<string>? Values = null, params ApiField[] Fields)
{
    /// <summary>Text that must be there.</summary>
    public static ApiField Required(string name) => new(name, ApiFieldType.Text, IsRequired: true);

    /// <summary>Text.</summary>
    public static ApiField Text(string name) => new(name, ApiFieldType.Text);

    /// <summary>Money.</summary>
    public static ApiField Amount(string name, bool isRequired = false) => new(name, ApiFieldType.Amount, isRequired);

    /// <summary>One of some texts.</summary>
    public static ApiField Choice<T>(string name, IReadOnlyDictionary<string, T> values, bool isRequired = false) =>
        new(name, ApiFieldType.Text, isRequired, values.Keys);

    /// <summary>A list's own parameters and some more.</summary>
    public static ApiField[] List(params ReadOnlySpan<ApiField> filters) =>
        [new("limit", ApiFieldType.Count), Text("cursor"), .. filters];
}
