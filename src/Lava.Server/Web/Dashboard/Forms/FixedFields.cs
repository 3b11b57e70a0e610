using System.Text.Json;

namespace Lava.Server.Web.Dashboard.Forms;

/// <summary>Fields that can't be changed: browsers don't send them, so they are taken from what is there.</summary>
internal static class FixedFields
{
    /// <summary>What was sent, with the fixed fields as the document has them.</summary>
    public static PostedForm WithFixed(this PostedForm sent, FormSpec spec, JsonElement document)
    {
        var present = PostedForm.Of(spec, document);
        return spec.Fields.Where(field => field.IsFixed)
            .Aggregate(sent, (form, field) => form.With(field.Name, present.Text(field.Name)));
    }
}
